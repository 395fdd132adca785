import assert from 'node:assert/strict';
import { attemptAll } from '../../src/sql/savepoint';
import type { Row } from '../../src/ports/database';
import { TestDatabase } from '../support/database';
import { inSnapshot, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';

const number = (value: number | string) => ({ text: `select (10 / ${String(value)})::text as value`, values: [] });
const valuesOf = (answers: readonly Row[][]) => answers.map(([row]) => row?.value);

describePostgres('statements that are sent without waiting for the ones before them', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  it('are run one after the other, in their order', async () => {
    const warnings: string[] = [];
    const heard = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', heard);
    const order: string[] = [];
    await inSnapshot(database.url, async (snapshot) => {
      const ask = (text: string): Promise<unknown> => snapshot.query(text).then(() => order.push(text));
      await Promise.all([
        ask('declare numbers no scroll cursor for select generate_series(1, 9); select pg_sleep(0.05)'),
        ...['fetch 4 from numbers', 'fetch 3 from numbers'].map(ask),
        snapshot.query('fetch 9 from numbers').then((rows) => order.push(String(rows.length))),
      ]);
    });
    process.off('warning', heard);
    assert.deepEqual(order.slice(1), ['fetch 4 from numbers', 'fetch 3 from numbers', '2']);
    assert.deepEqual(warnings, [], 'the driver is asked one at a time');
  });

  it('answer up to the first that fails, and the snapshot goes on with its settings', async () => {
    await inSnapshot(database.url, async (snapshot) => {
      await snapshot.query('set local random_page_cost = 3');
      const questions = [number(5), number(2), number(0), number(1)];
      const later = snapshot.query.bind(snapshot);
      const asked = attemptAll(snapshot, questions, 'set local random_page_cost = 1.1');
      const behind = later("select current_setting('random_page_cost') as value");
      const { answers, error } = await asked;
      assert.deepEqual(valuesOf(answers), ['2', '5']);
      assert.match(String(error), /division by zero/);
      assert.deepEqual(valuesOf([await behind]), ['3']);
      assert.deepEqual(valuesOf((await attemptAll(snapshot, [number(1), number(10)])).answers), ['10', '1']);
    });
  });

  it('are not sent any more when the work with the snapshot has ended', async () => {
    const waiting: Promise<unknown>[] = [];
    const began = performance.now();
    const failed = snapshots(database.url).read((snapshot) => {
      for (let index = 0; index < 20; index++) waiting.push(snapshot.query('select pg_sleep(0.3)'));
      for (const each of waiting) each.catch(() => undefined);
      return Promise.reject(new Error('enough'));
    }, new AbortController().signal);
    await assert.rejects(failed);
    const outcomes = await Promise.allSettled(waiting);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'the one that was under way');
    assert.ok(performance.now() - began < 3000);
  });
});
