import { foreignWords } from '../../base/foreignWords';
import { Problem } from '../../base/problem';
import { firstError } from '../driverError';
import { startUpWord } from './serverOptions';
import type { PostgresTarget } from './postgresUrl';
import { hostAndPort } from '../../wire/urlParts';

/**
 * A second lock on the door: even a statement outside our transaction could not write. The limit holds from the first statement on: a role
 * may have one of a few milliseconds, which would end the statement that begins our transaction. PgBouncer refuses start-up options, and a
 * SET there would leak into the sessions of other clients, so there the transaction alone has both.
 */
function ours(statementTimeoutMs: number): readonly string[] {
  return ['-c default_transaction_read_only=on', `-c statement_timeout=${String(Math.round(statementTimeoutMs))}`];
}

/**
 * What is sent as `options` of the start-up message, to be tried in this order: the connection's with our own, then the connection's alone
 * where a server refuses ours. Those of the connection are in both: without them it is another database, or shows other rows.
 */
export function startUpForms(target: PostgresTarget, statementTimeoutMs: number): readonly (string | undefined)[] {
  const words = wordsOf(target);
  return [[...words, ...ours(statementTimeoutMs)].join(' '), words.length === 0 ? undefined : words.join(' ')];
}

/**
 * An application's own settings (with a dot) are made at the start only. In a transaction they would leave an empty value behind in the
 * session, which behind a pooler is another client's next.
 */
function wordsOf({ routing = [], applicationSettings = [] }: PostgresTarget): readonly string[] {
  return [...applicationSettings.map(startUpWord), ...routing];
}

/** Whether a failure is about the start-up options, so that fewer are worth an attempt. */
export function refusesStartUp(error: unknown, { routing }: PostgresTarget): boolean {
  if (error instanceof Problem || !(error instanceof Error)) return false;
  if (/startup param|start-up param|options/i.test(error.message)) return true;
  // Supabase's pooler reads all of the options as one `reference=…`, and does not find what is called so.
  return routing !== undefined && 'code' in error && error.code === 'XX000';
}

/** Why a server or pooler that refuses what the connection asks of it cannot be used; undefined for another failure. */
export function startUpProblem(error: unknown, target: PostgresTarget): Problem | undefined {
  if (error instanceof Problem || !(error instanceof Error) || wordsOf(target).length === 0) return undefined;
  if (!/startup param|start-up param|invalid command-line argument for server process/i.test(error.message))
    return undefined;
  const names = [...(target.applicationSettings ?? []).map(([name]) => name), ...(target.routing ?? [])].join(', ');
  return new Problem(
    'refused',
    `${hostAndPort(target)} rejects the connection's options (${names}). Remove them, or name the proxy or server that they are meant for.`,
    { cause: error },
  );
}

/** A setting that the connection asks for and the server does not make. */
export function settingProblem(error: unknown, target: PostgresTarget, name: string): unknown {
  if (!(error instanceof Error) || !('severity' in error)) return error;
  const detail = foreignWords(firstError<{ code?: string; message?: string }>(error), [target.user, target.database]);
  return new Problem(
    'permission',
    `${hostAndPort(target)} doesn't let user ${target.user} set ${name} (${detail}). Correct or remove it in the connection's options.`,
    { cause: error },
  );
}
