import { readFile } from 'node:fs/promises';
import { openSources } from '../connect/openSources';
import { rememberUrl, rememberVariables } from '../connect/rememberSecrets';
import { redact } from '../base/redact';
import type { CheckSources, VerificationOptions } from '../check/options';
import { diagnose } from '../check/diagnose';
import { explain } from '../check/explainScan';
import { tellStory } from '../check/taskStory';
import { hiddenRows } from '../model/hidden';
import { totalStuck } from '../model/diagnosis';
import { Problem, toProblem, type ProblemKind } from '../base/problem';
import { formatProgress } from '../model/progress';
import { escapeUnsafe } from '../base/unsafeText';
import { BUILT_IN_EFFECTS } from '../effects/builtIn';
import { untestedRules } from '../model/effectRule';
import type { ExplainMode } from '../tables/explainScan';
import { diagnosisJson, storyJson } from '../report/diagnosisJson';
import { planText } from '../report/planText';
import { saveText } from '../report/saveText';
import { noTaskText } from '../report/story';
import { storyText } from '../report/storyText';
import { textLog } from '../report/textLog';
import { HELP, readArguments, type CliCommand, type CliOptions, type VerificationFlags } from './arguments';
import { effectRulesOf } from '../effects/rulesFile';

/** The terminal as the command sees it. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly signal: AbortSignal;
  out(text: string): void;
  err(line: string): void;
}

const EXIT = { done: 0, stuck: 1, noTask: 1, usage: 2, postgres: 3, cancelled: 130 } as const;

/** Runs `check-task-status`. Never throws. @returns one of the exit codes in docs/cli.md */
export async function main(terminal: Terminal): Promise<number> {
  rememberVariables(terminal.environment);
  terminal.argv.forEach((argument) => {
    if (argument.includes('://')) rememberUrl(argument);
  });
  try {
    const command = readArguments(terminal.argv, terminal.environment);
    if (command.kind === 'check') return await check(command.options, terminal);
    if (command.kind === 'task') return await story(command, terminal);
    if (command.kind === 'explain') return await explainOnly(command.options, command.mode, terminal);
    terminal.out(command.kind === 'help' ? HELP : `${terminal.version}\n`);
    return EXIT.done;
  } catch (error) {
    return failed(error, (line) => {
      terminal.err(line);
    });
  }
}

async function check(options: CliOptions, terminal: Terminal): Promise<number> {
  for (const note of options.notes) terminal.err(redact(note));
  const { verification: flags, hours, limit, statuses, table, maskedKeys } = options;
  const verification = flags && (await verificationOptions(flags));
  const diagnosis = await diagnose(
    await sources(options, terminal.environment),
    { hours, limit, statuses, table, maskedKeys, ...(verification ? { verification } : {}) },
    {
      signal: terminal.signal,
      onProgress: (event) => {
        terminal.err(formatProgress(event));
      },
    },
  );
  const hidden = hiddenRows(diagnosis.sources);
  if (hidden !== null) terminal.err(redact(`Warning: ${hidden}.`));
  const log = textLog(diagnosis);
  // The report first: a log file that cannot be written must not cost it.
  terminal.out(options.format === 'json' ? diagnosisJson(diagnosis) : log);
  if (options.logFile !== undefined) {
    await saveText(options.logFile, log, '--log-file');
    terminal.err(`Log saved to: ${options.logFile}`);
  }
  return options.exitCode && totalStuck(diagnosis) > 0 ? EXIT.stuck : EXIT.done;
}

/** Prints the story of one task, instead of running a check. */
async function story(
  { asked, compares, options }: CliCommand & { readonly kind: 'task' },
  terminal: Terminal,
): Promise<number> {
  for (const note of options.notes) terminal.err(redact(note));
  const { verification: flags, table, maskedKeys } = options;
  if (!flags) throw new Problem('invalid', 'The story of a task needs verification.');
  const told = await tellStory(
    await sources(options, terminal.environment),
    { table, maskedKeys, compares, verification: await verificationOptions(flags) },
    asked,
    {
      signal: terminal.signal,
      onProgress: (event) => {
        terminal.err(formatProgress(event));
      },
    },
  );
  if (!told.task) terminal.err(escapeUnsafe(redact(noTaskText(told))));
  terminal.out(options.format === 'json' ? storyJson(told) : storyText(told));
  return told.task ? EXIT.done : EXIT.noTask;
}

/** Prints how the server runs the scan, instead of running a check. */
async function explainOnly(options: CliOptions, mode: ExplainMode, terminal: Terminal): Promise<number> {
  const { postgres } = await sources(options, terminal.environment);
  terminal.out(planText(await explain(postgres, options, mode, terminal.signal)));
  return EXIT.done;
}

async function sources(
  { database, statementTimeoutMs, verification }: CliOptions,
  environment: Terminal['environment'],
): Promise<CheckSources> {
  const servers = { database, ...verification?.servers };
  return await openSources(servers, { statementTimeoutMs, environment, namedByPerson: true });
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
      : untestedRules(effectRulesOf(await readRules(effectsFile), `--effects ${effectsFile}`));
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
export function failed(error: unknown, err: (line: string) => void): number {
  const problem = toProblem(error);
  err(escapeUnsafe(redact(problem.message)));
  return exitCodeOf(problem.kind);
}

function exitCodeOf(kind: ProblemKind): number {
  if (kind === 'invalid' || kind === 'not-configured') return EXIT.usage;
  return kind === 'cancelled' ? EXIT.cancelled : EXIT.postgres;
}
