import { parseArgs } from 'node:util';
import { echo } from '../diagnosis/echo';
import {
  DEFAULT_PARAMETERS,
  DEFAULT_TABLE,
  parseHours,
  parseLimit,
  parseStatuses,
  type CheckParameters,
} from '../diagnosis/parameters';
import { Problem } from '../diagnosis/problem';
import { parseTableName } from '../scan/identifiers';

export interface CliOptions extends CheckParameters {
  readonly databaseUrl: string;
  /** Where `databaseUrl` came from, for errors: the flag or the variable. */
  readonly databaseLabel: string;
  readonly table: string;
  readonly logFile: string | undefined;
  readonly format: 'text' | 'json';
  readonly exitCode: boolean;
  /** Flags of the contract whose job is not built yet: named on stderr, never silently obeyed. */
  readonly notYet: readonly string[];
}

export type CliCommand =
  { readonly kind: 'help' } | { readonly kind: 'version' } | { readonly kind: 'check'; readonly options: CliOptions };

export const HELP = `Usage: check-task-status [flags]

Finds the tasks of celery-task-manager that are stuck, in PostgreSQL. Reads only; changes nothing.

  --database-url URL      PostgreSQL (default: DATABASE_URL)
  --redis-url URL         Redis for the result backend and the broker (default: REDIS_URL)
  --broker-url URL        the broker, where it is another one (default: CELERY_BROKER_URL)
  --result-backend URL    the result backend, where it is another one (default: CELERY_RESULT_BACKEND)
  --hours N               stuck means: last_run at least N hours ago (default ${String(DEFAULT_PARAMETERS.hours)})
  --limit N               samples per task type (default ${String(DEFAULT_PARAMETERS.limit)})
  --status S[,S]          statuses that count as stuck (default ${DEFAULT_PARAMETERS.statuses.join(',')})
  --table NAME            table or schema.table (default ${DEFAULT_TABLE})
  --check-execution       verify what ran (not in this version yet)
  --ask-workers           ask the workers too (not in this version yet)
  --effects FILE          rules for effects in the database (not in this version yet)
  --log-file PATH         also write the text log there, creating folders
  --format text|json      what to print (default text)
  --exit-code             exit 1 when stuck tasks were found
  --help, --version

The report goes to standard output, progress to standard error.
Exit: 0 done, 1 stuck tasks found (with --exit-code), 2 wrong usage,
      3 PostgreSQL could not be reached or read, 130 cancelled.
`;

const FLAGS = {
  'database-url': { type: 'string' },
  'redis-url': { type: 'string' },
  'broker-url': { type: 'string' },
  'result-backend': { type: 'string' },
  hours: { type: 'string' },
  limit: { type: 'string' },
  status: { type: 'string', multiple: true },
  'check-execution': { type: 'boolean' },
  'ask-workers': { type: 'boolean' },
  'log-file': { type: 'string' },
  format: { type: 'string' },
  table: { type: 'string' },
  effects: { type: 'string' },
  'exit-code': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/**
 * Reads the command line and the environment.
 * @param argv without node and script
 * @throws Problem `invalid`: one line that says which value and why
 */
export function readArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CliCommand {
  const values = parse(argv);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const format = values.format ?? 'text';
  if (format !== 'text' && format !== 'json') throw usage(`--format cannot be "${echo(format)}": choose text or json.`);
  const table = values.table ?? DEFAULT_TABLE;
  parseTableName(table);
  const logFile = values['log-file'];
  if (logFile === '') throw usage('--log-file has no path: name the file to write.');
  return {
    kind: 'check',
    options: {
      ...databaseUrl(values['database-url'], environment.DATABASE_URL),
      hours: parseHours(values.hours ?? DEFAULT_PARAMETERS.hours, '--hours'),
      limit: parseLimit(values.limit ?? DEFAULT_PARAMETERS.limit, '--limit'),
      statuses: parseStatuses(values.status?.join(',') ?? DEFAULT_PARAMETERS.statuses, '--status'),
      table,
      logFile,
      format,
      exitCode: values['exit-code'] ?? false,
      notYet: (['check-execution', 'ask-workers', 'effects'] as const)
        .filter((flag) => values[flag] !== undefined)
        .map((flag) => `--${flag}`),
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    // Node's own words run to several sentences; the first names the flag.
    const words = error instanceof Error ? (error.message.split(/\.\s|\n/, 1)[0] ?? '') : String(error);
    throw usage(`${echo(words.replace(/\.$/, ''))}: see check-task-status --help.`);
  }
}

function databaseUrl(
  flag: string | undefined,
  variable: string | undefined,
): { databaseUrl: string; databaseLabel: string } {
  if (flag !== undefined && flag !== '') return { databaseUrl: flag, databaseLabel: '--database-url' };
  if (variable !== undefined && variable !== '') return { databaseUrl: variable, databaseLabel: 'DATABASE_URL' };
  throw usage('No database is named: give --database-url postgresql://user@host:5432/database or set DATABASE_URL.');
}

function usage(message: string): Problem {
  return new Problem('invalid', message);
}
