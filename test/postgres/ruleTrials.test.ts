import assert from 'node:assert/strict';
import { readKnownRows } from '../../src/check/knownRows';
import { MOST_KNOWN } from '../../src/effects/limits';
import { parseEffectRules } from '../../src/effects/rules';
import { tryRules } from '../../src/effects/trial';
import type { BrokerMessage, BrokerView, WorkersView } from '../../src/model/facts';
import type { KnownRows } from '../../src/model/effectFacts';
import type { RuleTest } from '../../src/model/ruleTest';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { message, workerTask } from '../support/facts';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

const TYPE = { taskModule: 'shop.tasks', taskName: 'send' };
const TASK = 'shop.tasks.send';

/** The effect has the task's first argument as its id, and its time is compared with that of the task. */
const SENT = {
  task: TASK,
  table: 'effect',
  find: { id: 'args[0]' },
  outcomes: [
    { when: [{ column: 'sent_at', atOrAfter: 'created_at' }], says: 'executed', strength: 'proven', text: 'sent' },
    { says: 'not-executed', text: 'not sent' },
  ],
};

/** The same without a look at the time. */
const EVER_SENT = {
  ...SENT,
  outcomes: [
    { when: [{ column: 'sent_at', null: false }], says: 'executed', strength: 'proven', text: 'sent' },
    { says: 'not-executed', text: 'not sent' },
  ],
};

describePostgres('trials of effect rules', (serverUrl) => {
  let database: TestDatabase;
  /** Rows whose message is in the broker, with what differs from a message that waits. */
  let sent: Map<number, Partial<BrokerMessage>>;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  after(() => database.drop());
  beforeEach(async () => {
    sent = new Map();
    await database.run(`truncate ${TABLE} restart identity; drop table if exists effect;
      create table effect (id int primary key, sent_at timestamptz)`);
  });
  afterEach(() => database.assertNothingLeft());

  const broker: Pick<BrokerView, 'drawn' | 'find'> = {
    drawn: (tasks, each) => new Map([...tasks].map((task) => [task, [...sent.keys()].slice(0, each)])),
    find: ({ id }) => {
      const of = sent.get(id);
      return of ? [message({ taskId: `c-${String(id)}`, managerId: id, match: 'id', ...of })] : [];
    },
  };

  /** Tasks with these ids of ten days ago, which their first argument is too. */
  async function tasks(status: string, ids: readonly [number, number], columns = ''): Promise<void> {
    await database.run(
      `insert into ${TABLE} (id, task_module, task_name, status, last_run, created_at, updated_at, task_id, arguments)
       select g, 'shop.tasks', 'send', $1, now() - interval '10 days', now() - interval '10 days', now() - interval '10 days', 'c-' || g,
              jsonb_build_object('args', jsonb_build_array(g), 'kwargs', jsonb_build_object('task_manager_id', g))
         from generate_series($2::int, $3::int) g`,
      [status, ...ids],
    );
    if (columns !== '') await database.run(`update ${TABLE} set ${columns} where id between $1 and $2`, [...ids]);
  }

  async function finished(first: number, last: number): Promise<void> {
    await tasks('DONE', [first, last]);
  }

  /** Tasks whose own message waits. */
  async function waiting(first: number, last: number, as: Partial<BrokerMessage> = {}): Promise<void> {
    await tasks('SCHEDULED', [first, last]);
    for (let id = first; id <= last; id++) sent.set(id, as);
  }

  /** Effects of the tasks with these ids. @param when SQL: a time, or null */
  async function effects(first: number, last: number, when: string): Promise<void> {
    await database.run(`insert into effect select g, ${when} from generate_series($1::int, $2::int) g`, [first, last]);
  }

  async function known(url = database.url, workers?: Pick<WorkersView, 'find'>): Promise<KnownRows> {
    return inSnapshot(url, async (snapshot) =>
      readKnownRows(snapshot, await findTable(snapshot, TABLE), broker, [TYPE], workers ? { workers } : {}),
    );
  }

  async function tried(
    rules: readonly unknown[],
    url = database.url,
    undetermined: readonly number[] = [],
  ): Promise<RuleTest[]> {
    const rows = await known(url);
    return inSnapshot(url, async (snapshot) =>
      tryRules(
        snapshot,
        await findTable(snapshot, TABLE),
        rules.flatMap((rule) => parseEffectRules([rule], 'rules')),
        rows,
        new Map([[TASK, undetermined]]),
      ),
    );
  }

  async function notRun(workers?: Pick<WorkersView, 'find'>): Promise<readonly number[]> {
    return [...((await known(database.url, workers)).notRun.get(TASK) ?? [])].sort((a, b) => a - b);
  }

  const AFTER = `now() - interval '9 days'`;
  const BEFORE = `now() - interval '11 days'`;

  it('count what a rule says of finished tasks, of those that did not run and of undetermined ones', async () => {
    await finished(1, 80);
    await effects(1, 80, AFTER);
    await waiting(101, 170);
    await effects(101, 160, 'null');
    await tasks('SCHEDULED', [201, 203]);
    await effects(201, 201, AFTER);
    await effects(202, 202, BEFORE);
    const [test] = await tried([SENT], database.url, [201, 202, 203]);
    assert.deepEqual(test, {
      task: TASK,
      table: 'effect',
      origin: 'own',
      finished: { looked: 80, executed: 80, failed: 0, notExecuted: 0, cannotSay: 0 },
      notRun: { looked: 70, executed: 0, failed: 0, notExecuted: 60, cannotSay: 10 },
      undetermined: { looked: 3, executed: 1, failed: 0, notExecuted: 1, cannotSay: 1 },
      falseAlarmsAtMost: 3 / 70,
      missesAtMost: 3 / 80,
      strength: { declared: 'proven', earned: 'proven', notExecuted: 'likely' },
    });
  });

  it('show a rule that takes an effect which outlives one task for that of a task which did not run', async () => {
    await finished(1, 60);
    await effects(1, 60, AFTER);
    await waiting(101, 200);
    await effects(101, 102, BEFORE);
    await effects(103, 200, 'null');
    const [compares, ignores] = await tried([SENT, EVER_SENT]);
    assert.equal(compares!.strength.earned, 'proven');
    assert.equal(ignores!.strength.earned, 'none');
    assert.equal(ignores!.because, 'of 100 tasks that did not run, it calls 2 executed or failed');
    // What it says of tasks without an effect is not wrong.
    assert.equal(ignores!.strength.notExecuted, 'likely');
  });

  it('show that something else writes the table too: a trigger, a person or another task', async () => {
    await waiting(1, 120);
    await effects(1, 117, 'null');
    await effects(118, 120, AFTER);
    const [test] = await tried([SENT]);
    assert.equal(test!.strength.earned, 'none');
    assert.deepEqual([test!.notRun.looked, test!.notRun.executed], [120, 3]);
    assert.ok(test!.falseAlarmsAtMost! > 0.05);
  });

  it('show that effects are deleted again: a missing one decides nothing then', async () => {
    const rule = { ...SENT, noRow: { says: 'not-executed', text: 'no effect' } };
    await finished(1, 100);
    await effects(1, 98, AFTER);
    await waiting(101, 170);
    const [test] = await tried([rule]);
    assert.deepEqual(test!.strength, { declared: 'proven', earned: 'proven', notExecuted: 'none' });
    assert.equal(test!.because, 'of 100 finished tasks, it calls 2 not executed');
  });

  it('tell little where finished tasks were purged: a missing effect is likely, and nothing bounds the misses', async () => {
    await waiting(1, 60);
    await effects(1, 60, 'null');
    const [test] = await tried([SENT]);
    assert.deepEqual([test!.finished.looked, test!.missesAtMost], [0, null]);
    assert.deepEqual(test!.strength, { declared: 'proven', earned: 'proven', notExecuted: 'likely' });
  });

  it('prove nothing with too few tasks that did not run', async () => {
    await waiting(1, 59);
    await effects(1, 59, 'null');
    const [few] = await tried([SENT]);
    assert.equal(few!.strength.earned, 'likely');
    assert.equal(few!.because, 'only 59 tasks that did not run are known, and a proof needs 60');
    await database.run(`truncate ${TABLE}`);
    sent.clear();
    const [none] = await tried([SENT]);
    assert.equal(none!.falseAlarmsAtMost, null);
    assert.equal(none!.because, 'no task that did not run is known, and a proof needs 60');
  });

  it('take no task that ran before for one that did not run', async () => {
    await waiting(1, 1);
    // It was delivered before.
    await waiting(2, 2, { redelivered: true });
    // Its retry waits, which has an id of its own.
    await waiting(3, 3, { taskId: 'retry' });
    // A worker took it, and says nothing.
    await waiting(4, 4, { place: 'unacked' });
    // The row shows that it was begun.
    await tasks('PENDING', [5, 5]);
    sent.set(5, {});
    assert.deepEqual(await notRun(), [1]);
  });

  it('count a finished task once that ran twice, by its last state', async () => {
    await tasks('DONE', [1, 60], 'attempts = 2');
    await effects(1, 60, AFTER);
    const [test] = await tried([SENT]);
    assert.deepEqual([test!.finished.looked, test!.finished.executed], [60, 60]);
  });

  it('leave out what ended otherwise, was taken back, or was marked as done by the library', async () => {
    for (const [place, status] of ['ERROR', 'ABORTED', 'CANCELLED', 'REVERSED', 'PENDING'].entries())
      await tasks(status, [place + 1, place + 1]);
    await tasks('DONE', [10, 10], 'fixed = true');
    await tasks('DONE', [11, 11]);
    assert.deepEqual((await known()).finished.get(TASK), [11]);
  });

  it('know a task that a worker has and has not started, and none that one runs', async () => {
    await waiting(1, 3, { place: 'unacked' });
    const states = { 1: 'reserved', 2: 'active', 3: 'scheduled' } as const;
    const find: WorkersView['find'] = ({ id, taskId }) => [
      workerTask({ taskId, managerId: id, state: states[id as keyof typeof states] }),
    ];
    assert.deepEqual(await notRun({ find }), [1, 3]);
  });

  it('know a task that was never published, unless its message may be on its way', async () => {
    await tasks('SCHEDULED', [1, 3], `task_id = '', arguments = '{"args": [1], "kwargs": {}}'`);
    await database.run(`update ${TABLE} set last_run = now() where id = 2`);
    sent.set(3, {});
    assert.deepEqual(await notRun(), [1]);
    // It was begun: somebody resumed it.
    await database.run(`update ${TABLE} set started_at = now() where id = 1`);
    assert.deepEqual(await notRun(), []);
  });

  it('know only what both the broker and the snapshot show: one is read before the other, and a replica lags', async () => {
    await waiting(1, 4);
    // Taken since the broker was read.
    await database.run(`update ${TABLE} set status = 'DONE' where id = 2`);
    // Sent since the state that the replica shows.
    await database.run(`delete from ${TABLE} where id = 3`);
    // The task that sent it may still save its row.
    await database.run(`update ${TABLE} set created_at = now() - interval '30 seconds' where id = 4`);
    assert.deepEqual(await notRun(), [1]);
  });

  describe('where other tasks have the same arguments', () => {
    const same = `arguments = '{"args": [1], "kwargs": {}}'`;

    it('blame no rule for the effect of a twin that ran', async () => {
      await waiting(101, 160);
      await effects(101, 160, 'null');
      // Two waiting tasks whose work a later one has done.
      await waiting(201, 202);
      await tasks('DONE', [203, 203]);
      await effects(1, 1, AFTER);
      await database.run(`update ${TABLE} set ${same} where id between 201 and 203`);
      const [test] = await tried([SENT]);
      assert.deepEqual(test!.notRun, { looked: 60, executed: 0, failed: 0, notExecuted: 60, cannotSay: 0 });
      assert.equal(test!.strength.earned, 'proven');
    });

    it('decide nothing of an undetermined task whose effect may be that of a later one', async () => {
      await finished(1, 60);
      await effects(1, 60, AFTER);
      await tasks('SCHEDULED', [201, 202]);
      await effects(201, 202, AFTER);
      // The arguments of the first are those of a task that was saved after it was made.
      await tasks('DONE', [203, 203], `arguments = '{"args": [201], "kwargs": {}}'`);
      const [test] = await tried([SENT], database.url, [201, 202]);
      assert.deepEqual(test!.undetermined, { looked: 2, executed: 1, failed: 0, notExecuted: 0, cannotSay: 1 });
    });

    it('do not let tasks with a twin hide the false alarms of the others', async () => {
      await waiting(101, 110);
      await effects(101, 101, AFTER);
      await effects(102, 110, 'null');
      // 1,000 tasks with a twin and no effect are not tasks of which the rule would be right.
      await waiting(1001, 2000);
      await database.run(`update ${TABLE} set ${same} where id > 1000; insert into effect values (1, null)`);
      const [test] = await tried([SENT]);
      assert.deepEqual([test!.notRun.looked, test!.notRun.executed, test!.strength.earned], [10, 1, 'none']);
    });

    it('blame the rule where nobody can tell whether there is a twin', async () => {
      await waiting(101, 160);
      await effects(101, 160, AFTER);
      await database.run(`update ${TABLE} set ${same}; insert into effect values (1, ${AFTER});
        alter table ${TABLE} rename updated_at to saved_at`);
      try {
        const [test] = await tried([SENT]);
        assert.deepEqual([test!.notRun.looked, test!.strength.earned], [60, 'none']);
      } finally {
        await database.run(`alter table ${TABLE} rename saved_at to updated_at`);
      }
    });
  });

  it('take no row that this role does not see for a missing effect', async () => {
    const rule = { ...SENT, noRow: { says: 'not-executed', text: 'no effect' } };
    await finished(1, 100);
    await effects(1, 100, AFTER);
    const role = await database.createRole();
    await database.run(`grant select on ${TABLE}, effect to ${role}; alter table effect enable row level security;
      create policy part on effect to ${role} using (id <= 50)`);
    const [test] = await tried([rule], database.urlAs(role));
    assert.deepEqual(test!.finished, { looked: 100, executed: 50, failed: 0, notExecuted: 0, cannotSay: 50 });
    assert.equal(test!.strength.notExecuted, 'likely');
  });

  it('try each candidate by itself, and say of one that cannot be asked why', async () => {
    await finished(1, 60);
    await effects(1, 60, AFTER);
    await waiting(101, 160);
    const missing = { ...SENT, table: 'nowhere' };
    const view = { ...SENT, table: 'broken' };
    await database.run(`create view broken as select id, (1 / (id - id))::text::timestamptz as sent_at from effect`);
    const tests = await tried([missing, SENT, view, { ...SENT, task: ['shop.tasks.other', TASK] }], database.url, [1]);
    assert.deepEqual(
      tests.map(({ task, table, finished: { looked }, strength, because }) => [
        task,
        table,
        looked,
        strength.earned,
        because?.replace(/ \(.*/, ''),
      ]),
      [
        [TASK, 'nowhere', 0, 'none', 'table nowhere is missing'],
        [TASK, 'effect', 60, 'proven', undefined],
        [TASK, 'broken', 0, 'none', 'the query on broken failed'],
        ['shop.tasks.other', 'effect', 0, 'likely', 'no task that did not run is known, and a proof needs 60'],
        [TASK, 'effect', 60, 'proven', undefined],
      ],
    );
    await database.run('drop view broken');
  });

  it('look at no more than some thousands of rows, the same ones every time, in one pass and without sorting', async () => {
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, last_run, task_id) select 'shop.tasks', case when g % 50 = 7 then 'rare' else 'send' end,
         case when g % 10 = 0 then 'SCHEDULED' else 'DONE' end, now(), g::text from generate_series(1, 60000) g`,
    );
    await database.run(`analyze ${TABLE}`);
    const types = [TYPE, { taskModule: 'shop.tasks', taskName: 'rare' }];
    const read = (): Promise<[KnownRows, string[], string]> =>
      inSnapshot(database.url, async (snapshot, statements) => {
        const table = await findTable(snapshot, TABLE);
        statements.length = 0;
        const rows = await readKnownRows(snapshot, table, broker, types);
        const pass = statements.filter((text) => text.includes('group by'));
        assert.equal(pass.length, 1);
        return [rows, statements, pass[0]!];
      });
    const [first, , pass] = await read();
    const [second] = await read();
    assert.deepEqual(first, second);
    assert.equal(first.finished.get(TASK)!.length, MOST_KNOWN);
    // Of a type with few rows all are known.
    assert.equal(first.finished.get('shop.tasks.rare')!.length, 1200);
    const ids = [...first.finished.get(TASK)!].sort((a, b) => a - b);
    // They come from the whole table.
    assert.ok(ids[0]! < 600 && ids.at(-1)! > 59_400);
    const plan = (await database.rows<{ 'QUERY PLAN': string }>(`explain ${pass.replaceAll(/\$\d::/g, "'{}'::")}`))
      .map((line) => line['QUERY PLAN'])
      .join('\n');
    assert.equal(plan.match(/Scan on task_manager_taskmanager/g)?.length, 1, plan);
  });
});
