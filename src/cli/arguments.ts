import type { PostgresTarget } from '../connect/postgres/postgresUrl';
import type { Servers } from '../connect/servers';
import { unusedNote } from '../connect/postgres/postgresOptions';
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
import { readTaskId, type AskedTask } from '../model/story';
import type { ExplainMode } from '../tables/explainScan';
import { echo } from '../base/quoteInput';
import { parseTableName } from '../sql/identifiers';
import type { EnvFile } from './envFile';
import { oneOf, readCommandLine, usage, type Flags } from './flags';
import { namedServers } from './servers';

export interface CliOptions extends CheckParameters {
  /** Of the flag, DATABASE_URL, the PG variables or a `.env` file, the first that is there. */
  readonly database: PostgresTarget;
  /** It is one that a file names, for whose server nobody vouches. */
  readonly databaseOfFile?: true;
  readonly table: string;
  /** Argument keys whose values are shown as `***`. */
  readonly maskedKeys: readonly string[];
  readonly logFile: string | undefined;
  readonly format: 'text' | 'json';
  /** The whole log, also on a terminal. */
  readonly full: boolean;
  /** No progress. */
  readonly quiet: boolean;
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

export type CliCommand =
  | { readonly kind: 'help'; readonly of: 'check' | 'rules' }
  | { readonly kind: 'version' }
  | { readonly kind: 'check'; readonly options: CliOptions }
  | { readonly kind: 'explain'; readonly mode: ExplainMode; readonly options: CliOptions }
  /** `compares`: other rows are asked too, also those of a large table. */
  | { readonly kind: 'task'; readonly asked: AskedTask; readonly compares?: true; readonly options: CliOptions }
  | RulesCommand;

/** `types`: `module.name` of the task types that were named; empty where none was. */
export type RulesCommand =
  | { readonly kind: 'rules test'; readonly types: readonly string[]; readonly options: VerifiedOptions }
  | {
      readonly kind: 'rules draft';
      readonly types: readonly string[];
      /** The folder with the tasks' code. */
      readonly workspace: string;
      /** The file that takes the rules. */
      readonly write?: string;
      readonly options: VerifiedOptions;
    };

export type VerifiedOptions = CliOptions & { readonly verification: VerificationFlags };

/**
 * What the command is to do.
 * @param argv without node and script
 * @param file what the `.env` files say, where there are any
 * @throws Problem `invalid`: one line that says which value and why
 */
export function readArguments(argv: readonly string[], environment: Environment, file?: EnvFile): CliCommand {
  const { command, flags } = readCommandLine(argv);
  if (flags.help === true || (command === 'rules' && flags.version !== true))
    return { kind: 'help', of: command === 'check' ? 'check' : 'rules' };
  if (flags.version === true) return { kind: 'version' };
  if (command === 'rules test' || command === 'rules draft') {
    const { verification: verified, ...options } = optionsOf(flags, environment, file, true);
    if (verified) return rulesCommand(command, flags, { ...options, verification: verified });
  }
  const mode = oneOf('--explain', flags.explain, ['plan', 'analyze']);
  const asked = flags.task === undefined ? undefined : readTaskId(flags.task, '--task');
  if (mode && asked) throw usage('--task and --explain ask for different things: give one of them.');
  // A story uses every source that is known.
  const options = optionsOf(flags, environment, file, flags['check-execution'] ?? asked !== undefined);
  if (mode) return { kind: 'explain', mode, options };
  if (!asked) return { kind: 'check', options };
  return { kind: 'task', asked, ...(flags['check-execution'] === true ? { compares: true } : {}), options };
}

/** @param verifies whether broker and results are looked at */
function optionsOf(flags: Flags, environment: Environment, file: EnvFile | undefined, verifies: boolean): CliOptions {
  const format = oneOf('--format', flags.format, ['text', 'json']) ?? 'text';
  const table = flags.table ?? DEFAULT_TABLE;
  parseTableName(table);
  const logFile = flags['log-file'];
  if (logFile === '') throw usage('--log-file has no path: name the file to write.');
  return {
    hours: parseHours(flags.hours ?? DEFAULT_PARAMETERS.hours, '--hours'),
    limit: parseLimit(flags.limit ?? DEFAULT_PARAMETERS.limit, '--limit'),
    statuses: parseStatuses(flags.status?.join(',') ?? DEFAULT_PARAMETERS.statuses, '--status'),
    table,
    maskedKeys: maskedKeys(flags['masked-arguments']),
    logFile,
    format,
    full: flags.full ?? false,
    quiet: flags.quiet ?? false,
    exitCode: flags['exit-code'] ?? false,
    statementTimeoutMs: parseStatementTimeout(
      flags['statement-timeout'] ?? DEFAULT_STATEMENT_TIMEOUT_SECONDS,
      '--statement-timeout',
    ),
    ...verification(flags, environment, file, verifies),
  };
}

function rulesCommand(kind: RulesCommand['kind'], flags: Flags, options: VerifiedOptions): RulesCommand {
  const types = (flags.type ?? []).map((name) => {
    if (TASK.test(name)) return name;
    throw usage(
      `--type cannot be "${echo(name)}": write module.name as Celery calls the task, for example "shop.tasks.send".`,
    );
  });
  if (kind === 'rules test') return { kind, types, options };
  const { workspace, write } = flags;
  if (!workspace) throw usage("rules draft reads the tasks' code: name its folder with --workspace DIR.");
  if (write === '') throw usage('--write has no path: name the file that takes the rules.');
  return { kind, types, workspace, ...(write === undefined ? {} : { write }), options };
}

/** `module.name`, as effect rules name tasks. */
const TASK = /^[^\s.]+(\.[^\s.]+)+$/;

type Environment = Readonly<Record<string, string | undefined>>;

/** As the setting `celeryTasks.maskedArguments`: an empty text masks nothing. */
function maskedKeys(flag: string | undefined): readonly string[] {
  if (flag === undefined) return DEFAULT_MASKED_KEYS;
  return flag.split(',').filter((key) => key.trim() !== '');
}

/** Flags are checked with --check-execution and without it. */
function verification(
  flags: Flags,
  environment: Environment,
  file: EnvFile | undefined,
  on: boolean,
): Pick<CliOptions, 'database' | 'databaseOfFile' | 'verification' | 'notes'> {
  const { servers, databaseOfFile, notes } = namedServers(flags, environment, file, on);
  const { database, ...others } = servers;
  const maxQueueScan = parseMaxQueueScan(flags['max-queue-scan'] ?? DEFAULT_MAX_QUEUE_SCAN, '--max-queue-scan');
  const verifyAtMost = parseVerifyAtMost(flags['verify-at-most'] ?? DEFAULT_VERIFY_AT_MOST, '--verify-at-most');
  const effectsFile = flags.effects;
  if (effectsFile === '') throw usage('--effects has no path: name the file with the rules.');
  const unused = unusedNote(database.unused);
  const all = unused === undefined ? notes : [unused, ...notes];
  const named = { database, ...(databaseOfFile ? { databaseOfFile } : {}) };
  if (!on) {
    const idle = (['ask-workers', 'effects', 'max-queue-scan', 'verify-at-most'] as const).filter(
      (flag) => flags[flag] !== undefined,
    );
    return { ...named, notes: [...all, ...idle.map((flag) => `--${flag} does nothing without --check-execution.`)] };
  }
  const askWorkers = flags['ask-workers'] ?? false;
  return {
    ...named,
    verification: { askWorkers, maxQueueScan, verifyAtMost, effectsFile, servers: others },
    notes: all,
  };
}
