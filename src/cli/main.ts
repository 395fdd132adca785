import { readFile } from 'node:fs/promises';
import { openSources } from '../connect/openSources';
import { rememberUrl, rememberVariables } from '../connect/rememberSecrets';
import { redact } from '../base/redact';
import type { CheckSources, VerificationOptions } from '../check/options';
import { diagnose } from '../check/diagnose';
import { explain } from '../check/explainScan';
import { tellStory } from '../check/taskStory';
import { hiddenRows } from '../model/hidden';
import { totalStuck, type Diagnosis } from '../model/diagnosis';
import { Problem, toProblem, type ProblemKind } from '../base/problem';
import { escapeUnsafe } from '../base/unsafeText';
import { BUILT_IN_EFFECTS } from '../effects/builtIn';
import { rulesFrom } from '../model/effectRule';
import type { ExplainMode } from '../tables/explainScan';
import { diagnosisJson, storyJson } from '../report/diagnosisJson';
import { planText } from '../report/planText';
import { saveText } from '../report/saveText';
import { noTaskText } from '../report/story';
import { storyText } from '../report/storyText';
import { textLog } from '../report/textLog';
import { shortForm } from '../report/terminal/shortForm';
import { effectRulesOf } from '../effects/rulesFile';
import { ansiText } from './ansi';
import { readArguments, type CliCommand, type CliOptions, type VerificationFlags } from './arguments';
import { readEnvFiles } from './envFile';
import { readFlags } from './flags';
import { HELP } from './help';
import type { Messages } from './messages';
import { columnsOf, hasColors, type Output } from './outputs';

/** The terminal as the command sees it. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly signal: AbortSignal;
  /** The working folder. */
  readonly folder: string;
  readonly stdout: Output;
  readonly messages: Messages;
}

const EXIT = { done: 0, stuck: 1, noTask: 1, usage: 2, postgres: 3, cancelled: 130 } as const;

/** Runs `check-task-status`. Never throws. @returns one of the exit codes in docs/cli.md */
export async function main(terminal: Terminal): Promise<number> {
  rememberVariables(terminal.environment);
  terminal.argv.forEach((argument) => {
    if (argument.includes('://')) rememberUrl(argument);
  });
  try {
    const { help, version, 'env-file': named } = readFlags(terminal.argv);
    const file = help === true || version === true ? undefined : await readEnvFiles(named, terminal.folder);
    const command = readArguments(terminal.argv, terminal.environment, file);
    if (command.kind === 'check') return await check(command.options, terminal);
    if (command.kind === 'task') return await story(command, terminal);
    if (command.kind === 'explain') return await explainOnly(command.options, command.mode, terminal);
    terminal.stdout.write(command.kind === 'help' ? HELP : `${terminal.version}\n`);
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
    await sources(options, terminal.environment),
    { hours, limit, statuses, table, maskedKeys, ...(verification ? { verification } : {}) },
    {
      signal: terminal.signal,
      onProgress: (event) => {
        if (!options.quiet) messages.progress(event);
      },
    },
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

function sayNotes({ notes }: CliOptions, messages: Messages): void {
  for (const note of notes) messages.say(redact(note));
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
    await sources(options, terminal.environment),
    { table, maskedKeys, compares, verification: await verificationOptions(flags) },
    asked,
    {
      signal: terminal.signal,
      onProgress: (event) => {
        if (!options.quiet) messages.progress(event);
      },
    },
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
  const { postgres } = await sources(options, terminal.environment);
  terminal.stdout.write(planText(await explain(postgres, options, mode, terminal.signal)));
  return EXIT.done;
}

async function sources(
  { database, databaseOfFile, statementTimeoutMs, verification }: CliOptions,
  environment: Terminal['environment'],
): Promise<CheckSources> {
  const servers = { database, ...verification?.servers };
  return await openSources(servers, { statementTimeoutMs, environment, namedByPerson: databaseOfFile !== true });
}

/** @throws Problem `invalid` when the file of --effects cannot be used */
async function verificationOptions({
  askWorkers,
  maxQueueScan,
  verifyAtMost,
  effectsFile,
}: VerificationFlags): Promise<VerificationOptions> {
  const own =
    effectsFile === undefined
      ? []
      : rulesFrom('own', effectRulesOf(await readRules(effectsFile), `--effects ${effectsFile}`));
  return { askWorkers, maxQueueScan, verifyAtMost, effects: [...own, ...BUILT_IN_EFFECTS] };
}

async function readRules(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Problem('invalid', `--effects ${path} cannot be read (${code}): name a JSON file with rules.`, {
      cause: error,
    });
  }
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
