import assert from 'node:assert/strict';
import { checkPlan, diagnose } from '../../src/check/diagnose';
import { Problem } from '../../src/base/problem';
import { verifyTask } from '../../src/check/verifyTask';
import type { CheckOptions, CheckSources } from '../../src/check/options';
import { parseEffectRules } from '../../src/effects/rules';
import { TestDatabase } from '../support/database';
import { insertNeverPublished, UNTESTED } from '../support/knownRows';
import { OPTIONS, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks } from '../support/taskTable';

const RULES = parseEffectRules(
  [
    {
      task: 'shop.tasks.send',
      table: 'shop_parcel',
      find: { id: 'args[0]' },
      outcomes: [
        {
          when: [{ column: 'status', equals: 'SENT' }],
          says: 'executed',
          strength: 'proven',
          text: 'Parcel {id} is {status}.',
        },
        {
          when: [{ column: 'status', equals: 'NEW' }],
          says: 'not-executed',
          strength: 'likely',
          text: 'Parcel {id} is {status}.',
        },
      ],
    },
  ],
  'test rules',
);

const OPTIONS_ON: CheckOptions = {
  ...OPTIONS,
  statuses: ['SCHEDULED', 'PENDING'],
  verification: { askWorkers: false, maxQueueScan: 1000, effects: RULES },
};
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

describePostgres('verification with nothing but PostgreSQL', (serverUrl) => {
  let database: TestDatabase;
  let sources: CheckSources;

  before(async () => {
    database = await TestDatabase.create(serverUrl);
    sources = { postgres: snapshots(database.url) };
    await createTaskTable(database);
    await database.run('create table shop_parcel (id bigint primary key, status varchar(10) not null)');
    await database.run("insert into shop_parcel values (1, 'SENT'), (2, 'NEW')");
    const published = (parcel: number) => ({
      task_id: `00000000-0000-4000-8000-00000000000${String(parcel)}`,
      arguments: JSON.stringify({ args: [parcel], kwargs: { task_manager_id: parcel } }),
      total_pages: 1,
      created_at: '2024-01-01 00:00:00+00',
      updated_at: '2024-01-01 00:00:00+00',
    });
    await insertTasks(database, [
      published(1),
      published(2),
      published(3),
      { ...published(4), task_name: 'bill' },
      { status: 'PENDING', status_message: '', attempts: 2, current_page: 1, total_pages: 1, task_name: 'bill' },
      { status: 'DONE', task_name: 'bill' },
    ]);
    await insertNeverPublished(database, 'shop.tasks', 'send');
  });
  after(() => database.drop());

  it('a check announces each step of its plan, and no other', async () => {
    const steps = new Set<string>();
    await diagnose(sources, OPTIONS_ON, {
      ...quiet,
      onProgress: ({ step, steps: all }) => steps.add(`${String(step)}/${String(all)}`),
    });
    const all = checkPlan(true).length;
    assert.deepEqual(
      [...steps],
      checkPlan(true).map((_, index) => `${String(index + 1)}/${String(all)}`),
    );
  });

  it('judges every stuck row; what an effect proves is proven, and nothing is lost where no broker was searched', async () => {
    const seen: string[] = [];
    const diagnosis = await diagnose(sources, OPTIONS_ON, {
      ...quiet,
      onJudged: ({ id }, { verdict, cause, confidence }) =>
        seen.push([id, verdict, cause ?? '-', confidence].join('/')),
    });
    assert.deepEqual(seen.sort(), [
      '1/finished/lost-update/proven',
      '2/unknown/-/possible',
      '3/unknown/-/possible',
      '4/unknown/-/possible',
      '5/unknown/-/possible',
    ]);
    assert.deepEqual(
      diagnosis.taskTypes.map(({ taskName, count, verdicts }) => [taskName, count, verdicts]),
      [
        ['send', 3, { finished: 1, unknown: 2 }],
        ['bill', 2, { unknown: 2 }],
      ],
    );
    assert.equal(diagnosis.parameters.checkExecution, true);
  });

  it('gives the samples their evidence, readings and what would decide', async () => {
    const { taskTypes } = await diagnose(sources, OPTIONS_ON, quiet);
    const samples = taskTypes.flatMap((type) => type.samples);
    assert.equal(samples.length, 5);
    const two = samples.find(({ id }) => id === 2)!.verification!;
    assert.ok(two.evidence.some(({ source, says }) => source === 'effects' && says.startsWith('Parcel 2 is NEW. ')));
    // No finished task is known that the rule might have missed.
    assert.deepEqual(
      two.evidence
        .filter(({ source }) => source === 'effects')
        .map(({ untested, says }) => [untested, UNTESTED.test(says)]),
      [[true, true]],
    );
    assert.deepEqual(
      two.readings?.map(({ verdict }) => verdict),
      ['lost', 'lost', 'finished', 'failed', 'waiting', 'held'],
    );
    assert.ok(two.readings.every(({ why, decidedBy }) => why !== '' && decidedBy !== ''));
  });

  it('proves nothing by a rule that no task is there to test on, and says so', async () => {
    const few = await TestDatabase.create(serverUrl);
    await createTaskTable(few);
    await few.run('create table shop_parcel (id bigint primary key, status varchar(10) not null)');
    await few.run("insert into shop_parcel values (1, 'SENT')");
    await insertTasks(few, [
      {
        task_id: 'a',
        arguments: '{"args": [1], "kwargs": {"task_manager_id": 1}}',
        created_at: '2024-01-01 00:00:00+00',
        updated_at: '2024-01-01 00:00:00+00',
      },
    ]);
    const { taskTypes, rules } = await diagnose({ postgres: snapshots(few.url) }, OPTIONS_ON, quiet);
    const { verdict, evidence } = taskTypes[0]!.samples[0]!.verification!;
    assert.equal(verdict, 'unknown');
    const effect = evidence.find(({ source }) => source === 'effects')!;
    assert.deepEqual([effect.supports, effect.untested], ['finished', true]);
    assert.match(
      effect.says,
      /^Parcel 1 is SENT\. The rule is untested, because too few tasks that did not run are known\.$/,
    );
    assert.deepEqual(
      rules!.map(({ task, origin, strength, undetermined, because }) => [
        task,
        origin,
        strength,
        undetermined.executed,
        because,
      ]),
      [
        [
          'shop.tasks.send',
          'own',
          { declared: 'proven', earned: 'likely', notExecuted: 'likely' },
          1,
          'no task that did not run is known, and a proof needs 60',
        ],
      ],
    );
    await few.drop();
  });

  it('tests each rule once for each of its task types that has stuck tasks', async () => {
    const both = RULES.map((rule) => ({ ...rule, task: ['shop.tasks.send', 'shop.tasks.bill', 'shop.tasks.other'] }));
    const verification = { ...OPTIONS_ON.verification!, effects: both };
    const { rules } = await diagnose(sources, { ...OPTIONS_ON, verification }, quiet);
    assert.deepEqual(
      rules!.map(({ task, notRun, undetermined, strength }) => [task, notRun.looked, undetermined, strength.earned]),
      [
        ['shop.tasks.send', 60, { looked: 3, executed: 1, failed: 0, notExecuted: 1, cannotSay: 1 }, 'proven'],
        ['shop.tasks.bill', 0, { looked: 2, executed: 0, failed: 0, notExecuted: 0, cannotSay: 2 }, 'likely'],
      ],
    );
  });

  it('names every source that is not there', async () => {
    const { sources: reports, recommendations } = await diagnose(sources, OPTIONS_ON, quiet);
    assert.deepEqual(
      reports.map(({ name, state }) => `${name} ${state}`),
      [
        'postgres ok',
        'broker not-configured',
        'workers not-configured',
        'sessions ok',
        'results not-configured',
        'effects ok',
      ],
    );
    assert.ok(recommendations.some(({ id }) => id === 'search-broker'));
  });

  it('a broker that cannot be used is unavailable, with its sentence and no word of Redis, and the rest goes on', async () => {
    const broker = new Problem('invalid', 'The broker is RabbitMQ, which cannot be read yet.');
    const { sources: reports, taskTypes } = await diagnose({ ...sources, broker, results: broker }, OPTIONS_ON, quiet);
    assert.equal(
      reports.find(({ name }) => name === 'redis'),
      undefined,
    );
    for (const name of ['broker', 'workers', 'results']) {
      const report = reports.find((each) => each.name === name);
      assert.equal(report?.state, 'unavailable', name);
      assert.match(report.detail, /RabbitMQ/);
    }
    assert.equal(taskTypes[0]?.verdicts?.lost, undefined);
  });

  it('without verification there are no verdicts and no sources but PostgreSQL', async () => {
    const diagnosis = await diagnose(sources, OPTIONS, quiet);
    assert.deepEqual(
      diagnosis.sources.map(({ name }) => name),
      ['postgres'],
    );
    assert.equal(diagnosis.parameters.checkExecution, false);
    assert.ok(
      diagnosis.taskTypes.every((type) => !('verdicts' in type) && type.samples.every((row) => !row.verification)),
    );
  });

  it('looks at one row again', async () => {
    const sample = await verifyTask(sources, OPTIONS_ON, 1, quiet);
    assert.deepEqual(
      [sample?.id, sample?.status, sample?.verification?.verdict, sample?.verification?.confidence],
      [1, 'SCHEDULED', 'finished', 'proven'],
    );
    const done = await verifyTask(sources, OPTIONS_ON, 6, quiet);
    assert.deepEqual([done?.status, done?.verification?.verdict], ['DONE', 'finished']);
    assert.equal(await verifyTask(sources, OPTIONS_ON, 999, quiet), undefined);
  });

  it('a question about other rows that fails is named, and costs nothing else', async () => {
    const failing: CheckSources = {
      postgres: {
        address: sources.postgres.address,
        read: (work, signal, meter) =>
          sources.postgres.read(
            (snapshot) =>
              work({
                // The server itself fails this one, as it does at a statement timeout.
                query: (text, values) =>
                  text.includes('without_id') ? snapshot.query('select 1/0') : snapshot.query(text, values),
              }),
            signal,
            meter,
          ),
      },
    };
    const { sources: reports, taskTypes } = await diagnose(failing, OPTIONS_ON, quiet);
    const siblings = reports.find(({ name }) => name === 'siblings');
    assert.equal(siblings?.state, 'unavailable');
    assert.match(siblings.detail, /^finished rows could not be read: /);
    // Nor is there a task to test the rule on: it proves nothing then, and what is only likely needs a broker that was searched.
    assert.deepEqual(taskTypes[0]?.verdicts, { unknown: 3 });
  });

  it('a check that is cancelled while it verifies ends with that, and leaves no session', async () => {
    const stop = new AbortController();
    const run = {
      signal: stop.signal,
      onProgress: ({ label }: { label: string }) => {
        if (label.startsWith('Verifying')) stop.abort();
      },
    };
    await assert.rejects(diagnose(sources, OPTIONS_ON, run), { kind: 'cancelled' });
    await database.assertNothingLeft();
  });
});
