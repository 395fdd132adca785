import assert from 'node:assert/strict';
import type { CheckOptions } from '../../src/check/options';
import { diagnose } from '../../src/check/diagnose';
import type { Diagnosis, RowDetails } from '../../src/model/diagnosis';
import { parseEffectRules } from '../../src/effects/rules';
import { isTooLarge } from '../../src/sql/savepoint';
import { TestDatabase } from '../support/database';
import { check, OPTIONS, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';
import { insertNeverPublished } from '../support/knownRows';

/** `repeat` of more than a gigabyte fails with 54000, as a value does that PostgreSQL cannot write out. */
const HUGE = "repeat('x', (1100000000 + id - id)::int)";

describePostgres('what is too large for the server', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(
      database,
      [1, 2, 3, 4, 5].map((id) => ({
        updated_at: '2024-01-01 00:00:00+00',
        task_id: `id-${String(id)}`,
        status_message: `message ${String(id)}`,
        arguments: JSON.stringify({ args: [id], kwargs: { task_manager_id: id } }),
      })),
    );
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  const samplesOf = (found: Diagnosis): Map<number, RowDetails> =>
    new Map(found.taskTypes.flatMap((type) => type.samples.map((sample) => [sample.id, sample])));
  const view = (name: string, column: string, value: string): Promise<void> =>
    database.run(
      `create view ${name} as select ${[
        'id',
        'task_module',
        'task_name',
        'status',
        'last_run',
        'task_id',
        'created_at',
        'updated_at',
        'started_at',
        'attempts',
        'status_message',
        'arguments',
      ]
        .map((each) => (each === column ? `case when id = 3 then ${value} else ${each}::text end as ${each}` : each))
        .join(', ')} from ${TABLE}`,
    );

  for (const column of ['arguments', 'status_message'])
    it(`costs the texts of that row alone: ${column}`, async () => {
      await view(`big_${column}`, column, HUGE);
      const found = await check(database.url, { table: `big_${column}` });
      assert.equal(found.taskTypes[0]!.count, 5);
      const samples = samplesOf(found);
      assert.deepEqual([...samples.keys()].sort(), [1, 2, 3, 4, 5]);
      const { statusMessage, arguments: given } = samples.get(3)!;
      const lost = /^"?\(not read: larger than the server can write out\)"?$/;
      assert.match(column === 'arguments' ? given!.rawJSON : statusMessage!, lost);
      assert.match(column === 'arguments' ? statusMessage! : given!.rawJSON, /message 3|\[3\]/);
      assert.equal(samples.get(3)!.taskId, 'id-3');
      for (const id of [1, 2, 4, 5]) {
        assert.equal(samples.get(id)!.statusMessage, `message ${String(id)}`);
        assert.match(samples.get(id)!.arguments!.rawJSON, new RegExp(`\\[${String(id)}\\]`));
      }
    });

  it('costs both where both are', async () => {
    const texts = ['status_message', 'arguments'].map(
      (name) => `case when id = 3 then ${HUGE} else ${name}::text end as ${name}`,
    );
    await database.run(
      `create view both_big as select id, task_module, task_name, status, last_run, task_id, ${texts.join(', ')} from ${TABLE}`,
    );
    const sample = samplesOf(await check(database.url, { table: 'both_big' })).get(3)!;
    assert.match(sample.statusMessage!, /not read/);
    assert.match(sample.arguments!.rawJSON, /not read/);
  });

  it('is cut where it is only long', async () => {
    await view('long', 'status_message', "repeat('é', 3000000)");
    const message = samplesOf(await check(database.url, { table: 'long' })).get(3)!.statusMessage!;
    assert.match(message, /^é{20000}… \(cut: 6,000,000 bytes in the row\)$/);
  });

  it('costs no other failure its sentence', async () => {
    await view('broken', 'status_message', '(1 / (id - 3))::text');
    await assert.rejects(check(database.url, { table: 'broken' }), /division by zero/);
  });

  it('costs the words of an effect, and not what it says', async () => {
    await database.run(
      `create table parcel (id bigint primary key, note text); insert into parcel values (1, 'a'), (2, 'b'), (3, 'c')`,
    );
    await database.run(
      `create view big_parcel as select id, case when id = 2 then ${HUGE} else note end as note from parcel`,
    );
    const effects = parseEffectRules(
      [
        {
          task: 'shop.tasks.send',
          table: 'big_parcel',
          find: { id: 'args[0]' },
          outcomes: [{ says: 'executed', strength: 'proven', text: 'Parcel {id}: {note}.' }],
        },
      ],
      'test rules',
    );
    await insertNeverPublished(database, 'shop.tasks', 'send');
    const options: CheckOptions = { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 10, effects } };
    const found = await diagnose({ postgres: snapshots(database.url) }, options, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const says = (id: number): string =>
      samplesOf(found)
        .get(id)!
        .verification!.evidence.find(({ source }) => source === 'effects')!.says;
    assert.deepEqual([1, 2, 3].map(says), [
      'Parcel 1: a.',
      'Parcel (too large to be read): (too large to be read).',
      'Parcel 3: c.',
    ]);
    assert.deepEqual(found.taskTypes[0]!.verdicts, { finished: 3, unknown: 2 });
    assert.equal(found.sources.find(({ name }) => name === 'effects')!.detail, '1 of 1 rules could be used');
  });

  it('is told from other failures', () => {
    const error = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });
    for (const large of [
      error('54000', 'string buffer exceeds maximum allowed length'),
      error('53200', 'out of memory'),
      error('XX000', 'invalid memory alloc request size 1073741824'),
      error('ERR_STRING_TOO_LONG'),
    ])
      assert.equal(isTooLarge(large), true);
    for (const other of [error('XX000', 'cache lookup failed'), error('57014'), error('22021'), undefined, 'x'])
      assert.equal(isTooLarge(other), false);
  });
});
