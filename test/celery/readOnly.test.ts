/** The whole check with verification, by users that may only read, leaves both servers exactly as they were. */
import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { checkShop, SHOP_EFFECTS, useShop } from '../support/celeryScenarios';
import type { TestDatabase } from '../support/database';

describe('a check with verification changes nothing', function () {
  this.timeout(60_000);
  const READER = 'reader-of-tests';
  const PASSWORD = 'reader-password';
  const shop = useShop({ name: 'read-only', db: 15, settings: { task_acks_late: true }, env: { KEEP_RESULTS: '1' } });
  describe('for users that may only read', () => {
    let readingUrls: { databaseUrl: string; brokerUrl: string };

    before(async () => {
      await shop().worker('first', { queues: ['first'] });
      const main = await shop().worker('main');
      const done = await shop().start('value');
      await shop().untilRow(done, 'is done', ({ status }) => status === 'DONE');
      const killed = await shop().start('slow');
      await shop().untilRow(killed, 'begun', ({ status_message }) => status_message === '');
      await main.kill();
      await shop().start('instant');

      const { database, redis } = shop();
      const role = await database.createRole();
      await database.run(
        `grant usage on schema public to ${role}; grant select on all tables in schema public to ${role}`,
      );
      const rights = [
        '~*',
        'resetchannels',
        '-@all',
        '+@read',
        '-keys',
        '+ping',
        '+select',
        '+info',
        '+time',
        '+client|list',
      ];
      await redis.call('ACL', 'SETUSER', READER, 'reset', 'on', `>${PASSWORD}`, ...rights);
      const brokerUrl = new URL(shop().redisUrl);
      brokerUrl.username = READER;
      brokerUrl.password = PASSWORD;
      readingUrls = { databaseUrl: database.urlAs(role), brokerUrl: brokerUrl.href };
    });
    after(async () => {
      await shop().redis.call('ACL', 'DELUSER', READER);
    });

    it('as users that may only read; and they see all that the others see', async () => {
      const before = await everything(shop().database, shop().redis);
      const choice = { askWorkers: false, effects: SHOP_EFFECTS };
      const diagnosis = await checkShop(shop(), { ...choice, ...readingUrls });
      assert.deepEqual(await everything(shop().database, shop().redis), before);

      assert.deepEqual(
        diagnosis.taskTypes.map(({ taskName, verdicts }) => [taskName, verdicts]),
        (await checkShop(shop(), choice)).taskTypes.map(({ taskName, verdicts }) => [taskName, verdicts]),
      );
      assert.deepEqual(
        diagnosis.sources.filter(({ state }) => state === 'unavailable'),
        [],
      );
    });

    it('also where the workers are asked, but for what this says to them', async () => {
      const before = await everything(shop().database, shop().redis);
      const diagnosis = await checkShop(shop(), { askWorkers: true });
      assert.equal(diagnosis.infrastructure.workers?.[0]?.seen, 'answered');
      assert.deepEqual(await everything(shop().database, shop().redis), before);
    });

    it('and a change would be seen here', async () => {
      const { database, redis } = shop();
      const before = await everything(database, redis);
      await redis.sadd('_kombu.binding.reply.celery.pidbox', 'anything');
      const withKey = await everything(database, redis);
      assert.notDeepEqual(withKey, before);
      await database.run('update shop_order set note = note where id = 1');
      assert.notDeepEqual(await everything(database, redis), withKey);
    });
  });
});

/** Every row of every table with its system columns, and every key of the Redis database with type, value and end of life. */
async function everything(database: TestDatabase, redis: Redis): Promise<readonly string[]> {
  const tables = await database.rows<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  const out: string[] = [];
  for (const { name } of tables) {
    const rows = await database.rows<{ row: string }>(
      `select concat_ws(' ', ctid, xmin, xmax, t::text) as row from ${name} t order by ctid`,
    );
    out.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  const sequences = await database.rows<{ row: string }>(
    "select concat_ws(' ', sequencename, last_value) as row from pg_sequences order by 1",
  );
  out.push(...sequences.map(({ row }) => row));
  for (const key of (await redis.keys('*')).sort()) {
    // A worker's lock for some milliseconds while it looks for expired messages.
    if (key === 'unacked_mutex') continue;
    const [type, dump, end] = await Promise.all([
      redis.type(key),
      redis.dumpBuffer(key),
      redis.call('PEXPIRETIME', key) as Promise<number>,
    ]);
    out.push(`${key} ${type} ${String(end)} ${dump.toString('hex')}`);
  }
  assert.ok(out.length > 10, 'there is something to compare');
  return out;
}
