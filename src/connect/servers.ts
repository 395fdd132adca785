import { createHash } from 'node:crypto';
import type { Problem } from '../base/problem';
import type { CeleryTargets } from './celeryUrl';
import type { PostgresTarget } from './postgres/postgresUrl';

/** The servers of one connection. A Problem is a server that is named but cannot be read; an absent one is not named. */
export interface Servers extends CeleryTargets {
  readonly database: PostgresTarget;
  /** Where results are in a PostgreSQL database other than that of the tasks. */
  readonly resultsDatabase?: PostgresTarget | Problem;
}

/** A hash of plain data that does not depend on the order of fields: to compare in memory, never to be stored where the data has passwords. */
export function keyOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sorted)).digest('base64url');
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
