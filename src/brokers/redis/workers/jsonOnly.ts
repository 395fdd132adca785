/** Whether it is harmless to ask workers what they hold: methods.ts says why that must be known first. */
import type { RedisReader, RedisReply } from '../../../ports/redis';
import { parsePythonJsonBytes } from '../../../wire/pythonJson';
import { Turns } from '../queues/replies';
import { list, record } from '../../../wire/plainJson';
import { registeredTask } from '../../workers/registered';

const PAGE = 200;
/** Beyond these it is not read on, and workers are not asked: their answers would be as large. */
const MAX_MESSAGES = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** Whether every task of a worker is published as JSON, unless a caller says otherwise for one call. */
export function allTasksAreJson(registered: unknown): boolean {
  const lines = list(registered);
  return (
    lines?.every((line) => {
      const serializer = typeof line === 'string' ? registeredTask(line).serializer : null;
      return serializer === 'json' || serializer === 'application/json';
    }) ?? false
  );
}

/**
 * Whether all messages that workers took and have not acknowledged are JSON.
 * @param keys of the hashes in which they are
 * @returns false also where that cannot be known
 * @throws Problem when the connection failed
 */
export async function takenMessagesAreJson(redis: RedisReader, keys: readonly string[]): Promise<boolean> {
  let messages = 0;
  let bytes = 0;
  const turns = new Turns(MAX_MESSAGES);
  for (const key of new Set(keys))
    for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
      turns.next();
      const [reply] = await redis.pipeline([['HSCAN', key, cursor, 'COUNT', PAGE]]);
      const page = hashPage(reply);
      if (page === null) return false;
      for (const value of page.values) {
        messages++;
        bytes += value.length;
        if (messages > MAX_MESSAGES || bytes > MAX_BYTES || !isJsonMessage(value)) return false;
      }
      cursor = page.cursor;
    }
  return true;
}

function hashPage(reply: RedisReply | undefined): { cursor: string; values: Buffer[] } | null {
  if (!Array.isArray(reply)) return null;
  const [cursor, fields] = reply as readonly RedisReply[];
  if (!Buffer.isBuffer(cursor) || !Array.isArray(fields)) return null;
  const values = (fields as readonly RedisReply[]).filter((_field, index) => index % 2 === 1);
  return values.every((value) => Buffer.isBuffer(value)) ? { cursor: cursor.toString(), values } : null;
}

/** An `unacked` value: `[message, exchange, routing key]`. */
function isJsonMessage(value: Buffer): boolean {
  const message = record(list(parsePythonJsonBytes(value))?.[0]);
  return message?.['content-type'] === 'application/json';
}
