/** Replies of Redis as what the command promises. @throws Problem for anything else: taken for an empty list, it would hide messages */
import { Problem } from '../../../base/problem';
import type { RedisReply } from '../../../ports/redis';

type Reply = Exclude<RedisReply, Error>;

export function buffers(reply: RedisReply): Buffer[] {
  if (!Array.isArray(reply) || !reply.every((item): item is Buffer => Buffer.isBuffer(item))) throw strange();
  return reply;
}

export function count(reply: Reply): number {
  if (!Number.isSafeInteger(reply) || (reply as number) < 0) throw strange();
  return reply as number;
}

/** A SCAN, HSCAN or ZSCAN reply. */
export function scanned(reply: Reply): { cursor: string; items: Buffer[] } {
  const [cursor, items = null] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
  const text = Buffer.isBuffer(cursor) ? cursor.toString('latin1') : '';
  if (!/^\d{1,20}$/.test(text)) throw strange();
  return { cursor: text, items: buffers(items) };
}

/** Text that came as UTF-8. @returns undefined for other bytes, which could not be sent back as the same key */
export function keyText(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

/** A scan looks at one or more places each time, and a table that shrank has some times more places than things. */
const PLACES = { each: 100, more: 10_000 };

/** The turns of one scan: a server that never ends its answer is not waited for. */
export class Turns {
  private left: number;

  /** @param length of what is scanned */
  constructor(length: number) {
    this.left = length * PLACES.each + PLACES.more;
  }

  /** @throws Problem when there were more than any Redis needs */
  next(): void {
    if (this.left-- <= 0) throw strange();
  }
}

function strange(): Problem {
  return new Problem(
    'unknown',
    'Redis sent an answer that its command does not have: look at what stands between, such as a proxy.',
  );
}
