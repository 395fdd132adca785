import { foreignWords } from '../diagnosis/foreignWords';
import { Problem } from '../diagnosis/problem';
import { firstError } from './driverError';
import { startUpWord } from './serverOptions';
import type { PostgresTarget } from './postgresUrl';
import { hostAndPort } from './urlParts';

/**
 * A second lock on the door: even a statement outside our transaction could not write. PgBouncer refuses start-up options, and a SET there
 * would leak into the sessions of other clients, so there the transaction alone is the lock.
 */
const READ_ONLY = '-c default_transaction_read_only=on';

/**
 * What is sent as `options` of the start-up message, to be tried in this order: our own with those of the connection, then less and less
 * where a server refuses it. Words by which a proxy routes are in all of them: without these it is another database.
 */
export function startUpForms({ routing = [], settings = [] }: PostgresTarget): readonly (string | undefined)[] {
  // An application's own settings: a proxy may route by them, and they are made in the transaction too.
  const own = settings.filter(([name]) => name.includes('.')).map(startUpWord);
  const forms = [[...own, ...routing, READ_ONLY], [...own, ...routing], routing];
  return [...new Set(forms.map((words) => (words.length === 0 ? undefined : words.join(' '))))];
}

/** Whether a failure is about the start-up options, so that fewer are worth an attempt. */
export function refusesStartUp(error: unknown, { routing }: PostgresTarget): boolean {
  if (error instanceof Problem || !(error instanceof Error)) return false;
  if (/startup param|start-up param|options/i.test(error.message)) return true;
  // Supabase's pooler reads all of the options as one `reference=…`, and does not find what is called so.
  return routing !== undefined && 'code' in error && error.code === 'XX000';
}

/** A setting that the connection asks for and the server does not make. */
export function settingProblem(error: unknown, target: PostgresTarget, name: string): unknown {
  if (!(error instanceof Error) || !('severity' in error)) return error;
  const detail = foreignWords(firstError<{ code?: string; message?: string }>(error), [target.user, target.database]);
  return new Problem(
    'permission',
    `${hostAndPort(target)} does not let user ${target.user} set ${name} as the connection's options ask (${detail}): correct or remove it there.`,
    { cause: error },
  );
}
