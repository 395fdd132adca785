import { parseArgs } from 'node:util';
import { readCeleryUrl, type CeleryRole } from '../connect/celeryUrl';
import type { CeleryTarget } from '../connect/celeryTarget';
import { parsePostgresUrl, type PostgresTarget } from '../connect/postgres/postgresUrl';
import { resultsDatabase } from '../connect/resultsDatabase';
import type { Servers } from '../connect/servers';
import { unusedNote } from '../connect/postgres/postgresOptions';
import { postgresFromVariables } from '../connect/postgres/postgresVariables';
import { echo } from '../base/quoteInput';
import { DEFAULT_MASKED_KEYS } from '../base/jsonText';
import {
  DEFAULT_MAX_QUEUE_SCAN,
  DEFAULT_VERIFY_AT_MOST,
  parseMaxQueueScan,
  parseVerifyAtMost,
  parseHours,
  parseLimit,
  DEFAULT_STATEMENT_TIMEOUT_SECONDS,
  parseStatementTimeout,
  type CheckParameters,
} from '../model/parameters';
import { DEFAULT_PARAMETERS, DEFAULT_TABLE, parseStatuses } from '../tables/parameters';
import { Problem } from '../base/problem';
import { readTaskId, type AskedTask } from '../model/story';
import type { ExplainMode } from '../tables/explainScan';
import { parseTableName } from '../sql/identifiers';
import { withoutFullStop } from '../base/sentences';

export interface CliOptions extends CheckParameters {
  /** Of the flag, DATABASE_URL or the PG variables, the first that is there. */
  readonly database: PostgresTarget;
  readonly table: string;
  /** Argument keys whose values are shown as `***`. */
  readonly maskedKeys: readonly string[];
  readonly logFile: string | undefined;
  readonly format: 'text' | 'json';
  readonly exitCode: boolean;
  /** The longest that any statement may take. */
  readonly statementTimeoutMs: number;
  /** Absent: nothing but PostgreSQL is contacted. */
  readonly verification?: VerificationFlags;
  /** What the person should know of how the flags were understood: sentences for stderr. */
  readonly notes: readonly string[];
}

/** What --check-execution may look at. */
export interface VerificationFlags {
  readonly askWorkers: boolean;
  readonly maxQueueScan: number;
  readonly verifyAtMost: number;
  readonly effectsFile: string | undefined;
  /** Where Celery's messages and results are. */
  readonly servers: Omit<Servers, 'database'>;
}

/** A URL, and what to call the place where it stands. */
interface WrittenUrl {
  readonly url: string;
  readonly label: string;
}

export type CliCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'check'; readonly options: CliOptions }
  | { readonly kind: 'explain'; readonly mode: ExplainMode; readonly options: CliOptions }
  /** `compares`: other rows are asked too, also those of a large table. */
  | { readonly kind: 'task'; readonly asked: AskedTask; readonly compares?: true; readonly options: CliOptions };

export const HELP = `Usage: check-task-status [flags]

Finds the tasks of celery-task-manager that are stuck, in PostgreSQL, and with --check-execution what became of them.
Reads only; changes nothing.

  --database-url URL      PostgreSQL (default: DATABASE_URL, then PGHOST and the other PG variables)
  --hours N               stuck means: last_run at least N hours ago (default ${String(DEFAULT_PARAMETERS.hours)})
  --limit N               samples per task type (default ${String(DEFAULT_PARAMETERS.limit)})
  --status S[,S]          statuses that count as stuck (default ${DEFAULT_PARAMETERS.statuses.join(',')})
  --table NAME            table or schema.table (default ${DEFAULT_TABLE})
  --masked-arguments K[,K] argument keys whose values are shown as *** (default: those named like a secret; "": none)
  --log-file PATH         also write the text log there, creating folders
  --format text|json      what to print (default text)
  --exit-code             exit 1 when stuck tasks were found
  --statement-timeout S   seconds that one query may take at most (default ${String(DEFAULT_STATEMENT_TIMEOUT_SECONDS)}); small tables get less of it
  --explain [analyze]     no check: print the scan's SQL and the server's plan for it, which costs nothing; with analyze
                          the server runs it once and measures
  --task ID               no check: print the story of one task, whatever its status, by its row id or its Celery id
  --help, --version

Verification: a verdict for every stuck row, with its evidence
  --check-execution       read the result backend, the broker and the tasks' effects in the database too
  --redis-url URL         Redis of the broker and the result backend (default: REDIS_URL)
  --broker-url URL        the broker, where it is another one (default: CELERY_BROKER_URL)
  --result-backend URL    the result backend, where it is another one (default: CELERY_RESULT_BACKEND)
  --ask-workers           ask the workers too: publishes questions to them, which change nothing
  --effects FILE          your own rules for effects, as JSON (schemas/effects.schema.json)
  --max-queue-scan N      messages of the broker that are read at most (default ${String(DEFAULT_MAX_QUEUE_SCAN)})
  --verify-at-most N      of more stuck rows, judge a random sample and estimate (default ${String(DEFAULT_VERIFY_AT_MOST)}; 0: judge all)

A flag goes before a variable, and for either role its own URL before the common one.
The report goes to standard output, progress to standard error.
Exit: 0 done, 1 stuck tasks found (with --exit-code) or no such task (--task), 2 wrong usage,
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
  const mode = explainMode(values.explain);
  const asked = values.task === undefined ? undefined : readTaskId(values.task, '--task');
  if (mode && asked) throw usage('--task and --explain ask for different things: give one of them.');
  const compares = values['check-execution'] === true ? ({ compares: true } as const) : {};
  const target = database(values['database-url'], environment);
  const note = unusedNote(target.unused);
  const { notes, ...verified } = verification(values, environment, target);
  return {
    ...(mode ? { kind: 'explain', mode } : asked ? { kind: 'task', asked, ...compares } : { kind: 'check' }),
    options: {
      database: target,
      hours: parseHours(values.hours ?? DEFAULT_PARAMETERS.hours, '--hours'),
      limit: parseLimit(values.limit ?? DEFAULT_PARAMETERS.limit, '--limit'),
      statuses: parseStatuses(values.status?.join(',') ?? DEFAULT_PARAMETERS.statuses, '--status'),
      table,
      maskedKeys: maskedKeys(values['masked-arguments']),
      logFile,
      format,
      exitCode: values['exit-code'] ?? false,
      statementTimeoutMs: parseStatementTimeout(
        values['statement-timeout'] ?? DEFAULT_STATEMENT_TIMEOUT_SECONDS,
        '--statement-timeout',
      ),
      ...verified,
      notes: note === undefined ? notes : [note, ...notes],
    },
  };
}

/** As the setting `celeryTasks.maskedArguments`: an empty text masks nothing. */
function maskedKeys(flag: string | undefined): readonly string[] {
  if (flag === undefined) return DEFAULT_MASKED_KEYS;
  return flag.split(',').filter((key) => key.trim() !== '');
}

type Values = ReturnType<typeof parse>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Where each role's URL may stand, the first that is filled counts. */
const URLS = {
  broker: { flags: ['broker-url', 'redis-url'], variables: ['CELERY_BROKER_URL', 'REDIS_URL'] },
  results: { flags: ['result-backend', 'redis-url'], variables: ['CELERY_RESULT_BACKEND', 'REDIS_URL'] },
} as const;

/** Flags are checked with --check-execution and without it. */
function verification(
  values: Values,
  environment: Environment,
  tasks: PostgresTarget,
): Pick<CliOptions, 'verification' | 'notes'> {
  // A story is told from every source that is known.
  const on = values['check-execution'] ?? values.task !== undefined;
  const broker = targetOf('broker', values, environment);
  const results = targetOf('results', values, environment);
  const maxQueueScan = parseMaxQueueScan(values['max-queue-scan'] ?? DEFAULT_MAX_QUEUE_SCAN, '--max-queue-scan');
  const verifyAtMost = parseVerifyAtMost(values['verify-at-most'] ?? DEFAULT_VERIFY_AT_MOST, '--verify-at-most');
  const effectsFile = values.effects;
  if (effectsFile === '') throw usage('--effects has no path: name the file with the rules.');
  if (!on) {
    const idle = (['ask-workers', 'effects', 'max-queue-scan', 'verify-at-most'] as const).filter(
      (flag) => values[flag] !== undefined,
    );
    return { notes: idle.map((flag) => `--${flag} does nothing without --check-execution.`) };
  }
  const backend = written('results', values, environment);
  const other = backend && resultsDatabase(backend.url, tasks, backend.label);
  return {
    verification: {
      askWorkers: values['ask-workers'] ?? false,
      maxQueueScan,
      verifyAtMost,
      effectsFile,
      servers: {
        ...(broker ? { broker } : {}),
        ...(results ? { results } : {}),
        ...(other ? { resultsDatabase: other } : {}),
      },
    },
    notes: mixed(values, environment),
  };
}

/**
 * The database of a flag and the broker of a variable may belong to two systems, and the messages of one would then be missing in
 * the other: the person must know.
 */
function mixed(values: Values, environment: Environment): string[] {
  if (!values['database-url']) return [];
  const { flags, variables } = URLS.broker;
  const variable = variables.find((name) => environment[name]?.trim());
  if (variable === undefined || flags.some((name) => values[name]?.trim())) return [];
  return [`The broker is that of ${variable}: give --broker-url if this database has another one.`];
}

/**
 * What a role's URL names. A server that cannot be read is a Problem, for the report to name.
 * @throws Problem `invalid` for a flag that is no URL at all; a variable like that is a source that cannot be read
 */
function targetOf(role: CeleryRole, values: Values, environment: Environment): CeleryTarget | Problem | undefined {
  const found = written(role, values, environment);
  if (!found) return undefined;
  try {
    return readCeleryUrl(found.url, role, found.label);
  } catch (error) {
    if (error instanceof Problem && flagOf(role, values) === undefined) return error;
    throw error;
  }
}

function flagOf(role: CeleryRole, values: Values) {
  return URLS[role].flags.find((name) => values[name]?.trim());
}

/** A role's URL as it was written: of the first flag that is filled, else of the first variable. */
function written(role: CeleryRole, values: Values, environment: Environment): WrittenUrl | undefined {
  const { variables } = URLS[role];
  const flag = flagOf(role, values);
  if (flag !== undefined) return { url: values[flag] ?? '', label: `--${flag}` };
  const variable = variables.find((name) => environment[name]?.trim());
  return variable === undefined ? undefined : { url: environment[variable] ?? '', label: variable };
}

function explainMode(flag: string | undefined): ExplainMode | undefined {
  if (flag === undefined || flag === 'plan' || flag === 'analyze') return flag;
  throw usage(`--explain cannot be "${echo(flag)}": write --explain or --explain analyze.`);
}

/** Alone, `--explain` asks for the plan: a flag whose value may be left out is not known to Node. */
function withExplainMode(argv: readonly string[]): string[] {
  return argv.map((word, index) => (word === '--explain' && argv[index + 1] !== 'analyze' ? '--explain=plan' : word));
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: withExplainMode(argv), options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    // Node's own words run to several sentences; the first names the flag.
    const words = error instanceof Error ? (error.message.split(/\.\s|\n/, 1)[0] ?? '') : String(error);
    throw usage(`${echo(withoutFullStop(words))}: see check-task-status --help.`);
  }
}

function database(flag: string | undefined, environment: Environment): PostgresTarget {
  if (flag) return parsePostgresUrl(flag, '--database-url', environment);
  if (environment.DATABASE_URL?.trim()) return parsePostgresUrl(environment.DATABASE_URL, 'DATABASE_URL', environment);
  const named = postgresFromVariables(environment);
  if (named) return named;
  if (environment.PGSERVICE?.trim())
    throw usage(
      'The database is named by a service file (PGSERVICE), and these are not read: give --database-url, or set PGHOST and PGDATABASE.',
    );
  throw usage(
    'No database is named: give --database-url postgresql://user@host:5432/database, or set DATABASE_URL or PGHOST and PGDATABASE.',
  );
}

function usage(message: string): Problem {
  return new Problem('invalid', message);
}
