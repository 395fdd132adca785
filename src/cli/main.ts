import { rememberUrl, rememberVariables } from '../connect/rememberSecrets';
import { redact } from '../base/redact';
import { diagnose } from '../check/diagnose';
import { explain } from '../check/explainScan';
import { tellStory } from '../check/taskStory';
import { hiddenRows } from '../model/hidden';
import { totalStuck, type Diagnosis } from '../model/diagnosis';
import { Problem, toProblem, type ProblemKind } from '../base/problem';
import { escapeUnsafe } from '../base/unsafeText';
import type { ExplainMode } from '../tables/explainScan';
import { diagnosisJson, storyJson } from '../report/diagnosisJson';
import { planText } from '../report/planText';
import { saveText } from '../report/saveText';
import { noTaskText } from '../report/story';
import { storyText } from '../report/storyText';
import { textLog } from '../report/textLog';
import { shortForm } from '../report/terminal/shortForm';
import { ansiText } from './ansi';
import { readArguments, type CliCommand, type CliOptions } from './arguments';
import { readEnvFiles } from './envFile';
import { readCommandLine } from './flags';
import { HELP, RULES_HELP } from './help';
import type { Messages } from './messages';
import { callerOf, openNamed, sayNotes, verificationOptions } from './openCheck';
import { columnsOf, hasColors } from './outputs';
import type { Terminal } from './terminal';

const EXIT = { done: 0, stuck: 1, noTask: 1, usage: 2, postgres: 3, cancelled: 130 } as const;

/** Runs `check-task-status`. Never throws. @returns one of the exit codes in docs/cli.md */
export async function main(terminal: Terminal): Promise<number> {
  rememberVariables(terminal.environment);
  terminal.argv.forEach((argument) => {
    if (argument.includes('://')) rememberUrl(argument);
  });
  try {
    const { command: words, flags } = readCommandLine(terminal.argv);
    const { help, version, 'env-file': named } = flags;
    const file =
      help === true || version === true || words === 'rules' ? undefined : await readEnvFiles(named, terminal.folder);
    const command = readArguments(terminal.argv, terminal.environment, file);
    if (command.kind === 'check') return await check(command.options, terminal);
    if (command.kind === 'task') return await story(command, terminal);
    if (command.kind === 'explain') return await explainOnly(command.options, command.mode, terminal);
    if (command.kind === 'rules test' || command.kind === 'rules draft') {
      const { rules } = await import('./rules');
      await rules(command, terminal);
    } else if (command.kind === 'help') terminal.stdout.write(command.of === 'rules' ? RULES_HELP : HELP);
    else terminal.stdout.write(`${terminal.version}\n`);
    return EXIT.done;
  } catch (error) {
    return failed(error, terminal.messages);
  }
}

async function check(options: CliOptions, terminal: Terminal): Promise<number> {
  const { messages, stdout } = terminal;
  sayNotes(options, messages);
  const { verification: flags, hours, limit, statuses, table, maskedKeys } = options;
  const verification = flags && (await verificationOptions(flags));
  const diagnosis = await diagnose(
    await openNamed(options, terminal.environment),
    { hours, limit, statuses, table, maskedKeys, ...(verification ? { verification } : {}) },
    callerOf(options, terminal),
  );
  const hidden = hiddenRows(diagnosis.sources);
  if (hidden !== null) messages.say(redact(`Warning: ${hidden}.`));
  messages.clear();
  // The report first: a log file that cannot be written must not cost it.
  stdout.write(reportText(diagnosis, options, terminal));
  if (options.logFile !== undefined) {
    await saveText(options.logFile, textLog(diagnosis), '--log-file');
    messages.say(`Log saved to: ${options.logFile}`);
  }
  return options.exitCode && totalStuck(diagnosis) > 0 ? EXIT.stuck : EXIT.done;
}

/** A person at a terminal gets what fits a screen; a pipe or a file gets everything. */
function reportText(
  diagnosis: Diagnosis,
  { format, full }: CliOptions,
  { stdout, environment }: Pick<Terminal, 'stdout' | 'environment'>,
): string {
  if (format === 'json') return diagnosisJson(diagnosis);
  if (stdout.isTTY !== true || full) return textLog(diagnosis);
  return ansiText(shortForm(diagnosis, columnsOf(stdout)), hasColors(stdout, environment));
}

/** Prints the story of one task, instead of running a check. */
async function story(
  { asked, compares, options }: CliCommand & { readonly kind: 'task' },
  terminal: Terminal,
): Promise<number> {
  const { messages, stdout } = terminal;
  sayNotes(options, messages);
  const { verification: flags, table, maskedKeys } = options;
  if (!flags) throw new Problem('invalid', 'The story of a task needs verification.');
  const told = await tellStory(
    await openNamed(options, terminal.environment),
    { table, maskedKeys, compares, verification: await verificationOptions(flags) },
    asked,
    callerOf(options, terminal),
  );
  messages.clear();
  if (!told.task) messages.say(escapeUnsafe(redact(noTaskText(told))));
  // On a terminal lines are broken where a person can read them; a pipe or a file gets them whole.
  const width = stdout.isTTY === true ? columnsOf(stdout) : undefined;
  stdout.write(options.format === 'json' ? storyJson(told) : storyText(told, width));
  if (options.logFile !== undefined) {
    await saveText(options.logFile, storyText(told), '--log-file');
    messages.say(`Log saved to: ${options.logFile}`);
  }
  return told.task ? EXIT.done : EXIT.noTask;
}

/** Prints how the server runs the scan, instead of running a check. */
async function explainOnly(options: CliOptions, mode: ExplainMode, terminal: Terminal): Promise<number> {
  sayNotes(options, terminal.messages);
  const { postgres } = await openNamed(options, terminal.environment);
  terminal.stdout.write(planText(await explain(postgres, options, mode, terminal.signal)));
  return EXIT.done;
}

/** Says why the command failed: one sentence, never a stack trace. @returns the exit code */
export function failed(error: unknown, messages: Pick<Messages, 'say'>): number {
  const problem = toProblem(error);
  messages.say(escapeUnsafe(redact(problem.message)));
  return exitCodeOf(problem.kind);
}

function exitCodeOf(kind: ProblemKind): number {
  if (kind === 'invalid' || kind === 'not-configured') return EXIT.usage;
  return kind === 'cancelled' ? EXIT.cancelled : EXIT.postgres;
}
