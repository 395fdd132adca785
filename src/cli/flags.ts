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
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Every flag without its dashes. */
export const FLAG_NAMES: readonly string[] = Object.keys(FLAGS);

export type Flags = ReturnType<typeof parsed>;

/**
 * Reads the command line.
 * @param argv without node and script
 * @throws Problem `invalid`: one sentence that names the flag, and of an unknown one that which was probably meant
 */
export function readFlags(argv: readonly string[]): Flags {
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
  return parseArgs({ args, options: FLAGS, allowPositionals: false }).values;
}

function unknownFlag(args: string[]): Problem {
  const { tokens } = parseArgs({ args, options: FLAGS, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === 'option' && !FLAG_NAMES.includes(token.name));
  const { name, rawName } = unknown?.kind === 'option' ? unknown : { name: '', rawName: '' };
  const near = closest(name, FLAG_NAMES);
  return usage(
    `Unknown flag ${echo(rawName)}${meant(near === undefined ? undefined : `--${near}`)}: see check-task-status --help.`,
  );
}

function meant(near: string | undefined): string {
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}

/** Alone, `--explain` asks for the plan: a flag whose value may be left out is not known to Node. */
function withExplainMode(argv: readonly string[]): string[] {
  return argv.map((word, index) => (word === '--explain' && argv[index + 1] !== 'analyze' ? '--explain=plan' : word));
}
