import { createHash } from 'node:crypto';
import type { Problem } from '../base/problem';
import type { RedisTargets } from './celeryUrl';
import type { PostgresTarget } from './postgres/postgresUrl';
import type { RedisTarget } from './redis/redisUrl';

/** The servers of one connection. A Problem stands for a server that is named and cannot be read; an absent one is not named. */
export interface Servers extends RedisTargets {
  readonly database: PostgresTarget;
  /** Where results are in a PostgreSQL database other than that of the tasks. */
  readonly resultsDatabase?: PostgresTarget | Problem;
}

/**
 * Identifies a server and how it is asked: two targets with one key are the same database, with the same user, password and protection.
 * @returns a hash that depends on the password: for comparisons in memory, never to be stored
 */
export function targetKey(target: PostgresTarget | RedisTarget): string {
  return keyOf(target);
}

/** A hash of plain data, whatever the order of its fields. */
export function keyOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sorted)).digest('base64url');
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
