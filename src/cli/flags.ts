/** The flags of the command, as they are typed: what their values mean is read elsewhere. */
import { parseArgs } from 'node:util';
import { Problem } from '../base/problem';
import { echo } from '../base/quoteInput';
import { withoutFullStop } from '../base/sentences';
import { closest } from './closest';

const FLAGS = {
  'database-url': { type: 'string' },
  'redis-url': { type: 'string' },
  'broker-url': { type: 'string' },
  'broker-management-url': { type: 'string' },
  'result-backend': { type: 'string' },
  'env-file': { type: 'string', multiple: true },
  hours: { type: 'string' },
  limit: { type: 'string' },
  status: { type: 'string', multiple: true },
  'check-execution': { type: 'boolean' },
  'ask-workers': { type: 'boolean' },
  'log-file': { type: 'string' },
  format: { type: 'string' },
  full: { type: 'boolean' },
  quiet: { type: 'boolean' },
  'masked-arguments': { type: 'string' },
  table: { type: 'string' },
  effects: { type: 'string' },
  'max-queue-scan': { type: 'string' },
  'verify-at-most': { type: 'string' },
  'exit-code': { type: 'boolean' },
  'statement-timeout': { type: 'string' },
  explain: { type: 'string' },
  task: { type: 'string' },
  type: { type: 'string', multiple: true },
  workspace: { type: 'string' },
  write: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

export type FlagName = keyof typeof FLAGS;

/** Every flag without its dashes. */
export const FLAG_NAMES = Object.keys(FLAGS) as readonly FlagName[];

export type Flags = ReturnType<typeof parsed>['values'];

/** What every command takes that looks at the servers of a check. */
const OF_SERVERS = [
  'database-url',
  'redis-url',
  'broker-url',
  'broker-management-url',
  'result-backend',
  'env-file',
  'hours',
  'status',
  'table',
  'effects',
  'ask-workers',
  'max-queue-scan',
  'verify-at-most',
  'statement-timeout',
  'format',
  'quiet',
  'help',
  'version',
] as const satisfies readonly FlagName[];

const OF_RULES: readonly FlagName[] = ['type', 'workspace', 'write'];

/** The commands by their words, with the flags that each takes. The one without words is the check. */
const COMMANDS = {
  check: FLAG_NAMES.filter((name) => !OF_RULES.includes(name)),
  rules: ['help', 'version'],
  'rules test': [...OF_SERVERS, 'type'],
  'rules draft': [...OF_SERVERS, ...OF_RULES],
} as const satisfies Record<string, readonly FlagName[]>;

export type Command = keyof typeof COMMANDS;

export interface CommandLine {
  readonly command: Command;
  readonly flags: Flags;
}

/**
 * Reads the command line.
 * @param argv without node and script
 * @throws Problem `invalid`: one sentence that names the word or the flag, and of an unknown one that which was probably meant
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const { values: flags, positionals } = readFlags(argv);
  const command = commandOf(positionals);
  const takes: readonly FlagName[] = COMMANDS[command];
  const other = FLAG_NAMES.find((name) => flags[name] !== undefined && !takes.includes(name));
  if (other === undefined) return { command, flags };
  const owner = OF_RULES.includes(other) ? 'check-task-status rules' : 'check-task-status';
  throw usage(
    command === 'check'
      ? `--${other} is a flag of ${owner}: see ${owner} --help.`
      : `check-task-status ${command} has no --${other}: see check-task-status rules --help.`,
  );
}

function commandOf(words: readonly string[]): Command {
  const [first, second, ...more] = words;
  if (first === undefined) return 'check';
  if (first !== 'rules')
    throw usage(
      `Unexpected argument '${echo(first)}'${meant(closest(first, ['rules']))}: see check-task-status --help.`,
    );
  if (second === undefined) return 'rules';
  const known = (['rules test', 'rules draft'] as const).find((command) => command === `rules ${second}`);
  if (known === undefined)
    throw usage(
      `check-task-status rules has no command ${echo(second)}${meant(closest(second, ['test', 'draft']))}: choose test or draft.`,
    );
  const [extra] = more;
  if (extra !== undefined) throw usage(`Unexpected argument '${echo(extra)}': see check-task-status rules --help.`);
  return known;
}

function readFlags(argv: readonly string[]): ReturnType<typeof parsed> {
  const args = withExplainMode(argv);
  try {
    return parsed(args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw unknownFlag(args);
    // Node's own words run to several sentences; the first names the flag.
    const words = error instanceof Error ? (error.message.split(/\.\s|\n/, 1)[0] ?? '') : String(error);
    throw usage(`${echo(withoutFullStop(words))}: see check-task-status --help.`);
  }
}

/**
 * One of the words that a flag takes.
 * @returns undefined where the flag is absent
 * @throws Problem `invalid` for any other word
 */
export function oneOf<Word extends string>(
  flag: string,
  value: string | undefined,
  words: readonly Word[],
): Word | undefined {
  const found = words.find((word) => word === value);
  if (value === undefined || found !== undefined) return found;
  throw usage(`${flag} cannot be "${echo(value)}"${meant(closest(value, words))}: choose ${words.join(' or ')}.`);
}

export function usage(message: string): Problem {
  return new Problem('invalid', message);
}

function parsed(args: string[]) {
  return parseArgs({ args, options: FLAGS, allowPositionals: true });
}

function unknownFlag(args: string[]): Problem {
  const { tokens } = parseArgs({ args, options: FLAGS, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === 'option' && !isFlag(token.name));
  const { name, rawName } = unknown?.kind === 'option' ? unknown : { name: '', rawName: '' };
  const near = closest(name, FLAG_NAMES);
  return usage(
    `Unknown flag ${echo(rawName)}${meant(near === undefined ? undefined : `--${near}`)}: see check-task-status --help.`,
  );
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}

function meant(near: string | undefined): string {
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}

/** Alone, `--explain` asks for the plan: a flag whose value may be left out is not known to Node. */
function withExplainMode(argv: readonly string[]): string[] {
  return argv.map((word, index) => (word === '--explain' && argv[index + 1] !== 'analyze' ? '--explain=plan' : word));
}
