import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import type { RedisReader } from '../../src/ports/redis';
import { kombuMessage, search, take, takenMessage, withCelery } from '../support/redis';

const DB = 8;

/** A reader that lets something happen on the server just before, or just after, the first command that fits. */
function meanwhile(
  redis: RedisReader,
  when: 'before' | 'after',
  command: string,
  happens: () => Promise<unknown>,
): RedisReader {
  let happened = false;
  return {
    get address() {
      return redis.address;
    },
    get commands() {
      return redis.commands;
    },
    pipeline: (commands) => redis.pipeline(commands),
    async call(...words) {
      const now = !happened && words.slice(0, 2).join(' ').startsWith(command);
      happened ||= now;
      if (now && when === 'before') await happens();
      const reply = await redis.call(...words);
      if (now && when === 'after') await happens();
      return reply;
    },
  };
}

describe('a message that moves while the broker is searched', () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = await withCelery(DB);
    for (let n = 0; n < 300; n++) await redis.lpush('celery', kombuMessage({ id: `old ${String(n)}` }));
  });
  afterEach(() => {
    redis.disconnect();
  });

  it('is found when it comes back from a worker after its list was read', async () => {
    await take(redis, { tag: 'moving', id: 'moving' }, 1);
    const comesBack = () =>
      redis
        .multi()
        .rpush('celery', kombuMessage({ tag: 'moving', id: 'moving', headers: { redelivered: true } }))
        .hdel('unacked', 'moving')
        .zrem('unacked_index', 'moving')
        .exec();
    const view = await search(DB, {}, {}, (reader) => meanwhile(reader, 'before', 'HSCAN', comesBack));
    const [message, another] = view.find({ id: 0, taskId: 'moving' });
    assert.deepEqual([message?.place, message?.redelivered, message?.position, another], ['queue', true, 1, undefined]);
    assert.equal(view.contents, 'read');
  });

  it('is found when it comes back into a list that was empty', async () => {
    await take(redis, { tag: 'moving', id: 'moving' }, 1);
    const comesBack = () =>
      redis
        .multi()
        .rpush('celery\x06\x163', kombuMessage({ tag: 'moving', id: 'moving' }))
        .del('unacked')
        .exec();
    const view = await search(DB, {}, {}, (reader) => meanwhile(reader, 'before', 'HSCAN', comesBack));
    assert.equal(view.find({ id: 0, taskId: 'moving' })[0]?.priority, 3);
  });

  it('is found once, with the worker, when it is taken after its list was read', async () => {
    await take(redis, { tag: 'other' }, 1);
    const taken = async () => {
      await redis.rpop('celery');
      await take(redis, { tag: 'moving', id: 'moving' }, 2);
    };
    await redis.rpush('celery', kombuMessage({ tag: 'moving', id: 'moving' }));
    const view = await search(DB, {}, {}, (reader) => meanwhile(reader, 'before', 'HSCAN', taken));
    assert.deepEqual(
      view.find({ id: 0, taskId: 'moving' }).map(({ place }) => place),
      ['unacked'],
    );
  });

  it("is found when it was in a worker's hands, in no key, while both places were read", async () => {
    await take(redis, { tag: 'other' }, 1);
    const arrives = () => take(redis, { tag: 'moving', id: 'moving' }, 2);
    const view = await search(DB, {}, {}, (reader) => meanwhile(reader, 'after', 'HSCAN', arrives));
    assert.deepEqual(
      view.find({ id: 0, taskId: 'moving' }).map(({ place }) => place),
      ['unacked'],
    );
  });

  it('is found when it is published at the other end after that was read', async () => {
    await take(redis, { tag: 'other' }, 1);
    const published = () => redis.lpush('celery', kombuMessage({ id: 'retry' }));
    const view = await search(DB, {}, {}, (reader) => meanwhile(reader, 'before', 'HSCAN', published));
    assert.equal(view.find({ id: 0, taskId: 'retry' })[0]?.place, 'queue');
  });

  it('is not skipped when others are published or taken between two chunks', async () => {
    let chunks = 0;
    const busy = (reader: RedisReader): RedisReader => ({
      ...{ address: reader.address, commands: 0, pipeline: (commands) => reader.pipeline(commands) },
      async call(...words) {
        if (words[0] === 'LRANGE' && ++chunks < 20) {
          await redis.lpush('celery', kombuMessage(), kombuMessage(), kombuMessage());
          const item = await redis.rpop('celery');
          const { properties } = JSON.parse(item ?? '') as { properties: { delivery_tag: string } };
          const value = JSON.stringify([JSON.parse(item ?? ''), '', 'celery']);
          await redis.hset('unacked', properties.delivery_tag, value);
          await redis.zadd('unacked_index', chunks, properties.delivery_tag);
        }
        return reader.call(...words);
      },
    });
    const view = await search(DB, {}, {}, busy);
    for (let n = 0; n < 300; n++)
      assert.equal(view.find({ id: 0, taskId: `old ${String(n)}` }).length, 1, `message ${String(n)}`);
  });

  it('is found with the worker when more than the newest deliveries were taken while the list was read', async () => {
    const more = Array.from({ length: 1500 }, (_, n) => `moving ${String(n)}`);
    for (const id of more) await redis.rpush('celery', kombuMessage({ tag: id, id }));
    const takeThem = async () => {
      const pipeline = redis.pipeline().rpop('celery', more.length);
      for (const [n, id] of more.entries())
        pipeline.hset('unacked', id, takenMessage({ tag: id, id })).zadd('unacked_index', n, id);
      await pipeline.exec();
    };
    const view = await search(DB, {}, {}, (reader) => meanwhile(reader, 'before', 'LRANGE', takeThem));
    const places = new Set(more.map((taskId) => view.find({ id: 0, taskId })[0]?.place));
    assert.deepEqual([...places], ['unacked']);
    assert.deepEqual([view.unacked, view.queues[0]?.length, view.queues[0]?.unacked], [1500, 300, 1500]);
  });

  it('is no trouble when it disappears between the two keys of unacked', async () => {
    await redis.hset('unacked', 'moving', takenMessage({ id: 'moving' }));
    const view = await search(DB);
    assert.deepEqual([view.find({ id: 0, taskId: 'moving' })[0]?.deliveredAt, view.contents === 'read'], [null, true]);
  });
});
