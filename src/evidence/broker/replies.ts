/** Replies of Redis as what the command promises; a server that answers otherwise is no Redis. */
import type { RedisReply } from '../redisReader';

type Reply = Exclude<RedisReply, Error>;

export function buffers(reply: RedisReply): Buffer[] {
  return Array.isArray(reply) ? reply.filter((item): item is Buffer => Buffer.isBuffer(item)) : [];
}

export function count(reply: Reply): number {
  return typeof reply === 'number' ? reply : 0;
}

/** A SCAN, HSCAN or ZSCAN reply. */
export function scanned(reply: Reply): { cursor: string; items: Buffer[] } {
  const [cursor, items = null] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
  return { cursor: Buffer.isBuffer(cursor) ? cursor.toString('latin1') : '0', items: buffers(items) };
}

/** Text that came as UTF-8. @returns undefined for other bytes, which could not be sent back as the same key */
export function keyText(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}
