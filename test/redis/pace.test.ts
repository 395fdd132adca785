import assert from 'node:assert/strict';
import type { RedisReader, RedisReply } from '../../src/ports/redis';
import { emptyRedis, kombuMessage, search, withCelery } from '../support/redis';

const DB = 11;
const MESSAGES = 8000;
/** Much longer than a busy machine needs for a chunk. */
const LATE_MS = 400;

interface Asked {
  readonly items: number;
  readonly bytes: number;
  /** Since the answer before. */
  readonly idleMs: number;
}

/** A real server that answers late for a while: other clients have come. */
class Crowded implements RedisReader {
  readonly asked: Asked[] = [];
  readonly commands = 0;
  private answeredAt = performance.now();

  constructor(
    private readonly redis: RedisReader,
    private readonly isLate: (turn: number) => boolean,
  ) {}

  get address(): string {
    return this.redis.address;
  }

  async call(...command: Parameters<RedisReader['call']>): Promise<Exclude<RedisReply, Error>> {
    if (command[0] !== 'LRANGE') return await this.redis.call(...command);
    const idleMs = performance.now() - this.answeredAt;
    const late = this.isLate(this.asked.length);
    const reply = await this.redis.call(...command);
    if (late) await new Promise((done) => setTimeout(done, LATE_MS));
    const items = reply as readonly Buffer[];
    this.asked.push({ items: items.length, bytes: items.reduce((sum, item) => sum + item.length, 0), idleMs });
    this.answeredAt = performance.now();
    return reply;
  }

  pipeline(commands: Parameters<RedisReader['pipeline']>[0]): Promise<RedisReply[]> {
    return this.redis.pipeline(commands);
  }
}

describe('reading a long queue', function () {
  this.timeout(60_000);
  before(async () => {
    const client = await withCelery(DB);
    for (let made = 0; made < MESSAGES; made += 1000)
      await client.lpush('celery', ...Array.from({ length: 1000 }, (_, at) => kombuMessage({ id: String(made + at) })));
    client.disconnect();
  });
  after(async () => {
    (await emptyRedis(DB)).disconnect();
  });

  async function read(isLate: (turn: number) => boolean): Promise<readonly Asked[]> {
    const crowded: Crowded[] = [];
    const view = await search(DB, {}, {}, (redis) => {
      crowded.push(new Crowded(redis, isLate));
      return crowded[0] ?? redis;
    });
    assert.ok(view.contents === 'read', view.incompleteBecause ?? '');
    assert.equal(view.queues.find(({ name }) => name === 'celery')?.length, MESSAGES);
    return crowded[0]?.asked ?? [];
  }

  it('takes at most a megabyte or a thousand messages a command', async () => {
    for (const { items, bytes } of await read(() => false)) assert.ok(items <= 1000 && bytes <= 1.5 * 1024 * 1024);
  });

  it('asks for less and leaves pauses while the server is slow, and reads everything all the same', async () => {
    // By the eighth chunk they have grown to their full size, and what is usual is known.
    const asked = await read((turn) => turn >= 8 && turn < 11);
    const [before = 0, ...after] = asked.slice(8, 12).map(({ items }) => items);
    after.forEach((items, place) => {
      assert.equal(items, Math.ceil(before / 2 ** (place + 1)), JSON.stringify(asked));
    });
    [20, 40, 80].forEach((pause, place) => {
      assert.ok((asked[9 + place]?.idleMs ?? 0) >= pause - 2, JSON.stringify(asked));
    });
  });
});
