import assert from 'node:assert/strict';
import type { Client } from 'pg';
import type { SessionsView } from '../../src/model/sessionFacts';
import { readSessions } from '../../src/tables/taskManager/sessions/readSessions';
import { TouchReader } from '../../src/tables/touches';
import { findTable } from '../../src/tables/findTable';
import { stuckRowBatches } from '../../src/tables/taskManager/stuckRows';
import type { Row, Snapshot } from '../../src/ports/database';
import { TestDatabase, until, withClient } from '../support/database';
import { boundSave, librarySave, type SavedRow } from '../support/librarySave';
import { snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const SECRET = 'argument-that-stays-on-the-server';
const signal = new AbortController().signal;

/** A row before its body, as the library saves it. */
function saved(id: number, change: Readonly<Record<string, unknown>> = {}): SavedRow {
  const time = '2026-11-29T20:00:10.125000+00:00';
  return {
    id,
    current_page: 1,
    total_pages: 1,
    attempts: 1,
    task_module: 'shop.tasks',
    task_name: 'send',
    arguments: { args: [SECRET], kwargs: { task_manager_id: id } },
    status: 'PENDING',
    status_message: '',
    task_id: `5e551015-0000-4000-8000-${String(id).padStart(12, '0')}`,
    priority: 5,
    killed: false,
    fixed: false,
    last_run: time,
    started_at: time,
    created_at: time,
    updated_at: time,
    ...change,
  };
}

const ref = (id: number, taskId = saved(id).task_id as string) => ({ id, taskId });

describePostgres('sessions of other clients', (serverUrl) => {
  let database: TestDatabase;
  let open: Client[] = [];

  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database, {
      types: { reverse_name: 'varchar(200)', exception_module: 'varchar(200)', exception_name: 'varchar(200)' },
    });
    await insertTasks(
      database,
      Array.from({ length: 30 }, () => ({ status: 'PENDING', status_message: '' })),
    );
  });
  after(() => database.drop());
  afterEach(async () => {
    await Promise.all(open.map((client) => client.end()));
    open = [];
    await database.run('vacuum full task_manager_taskmanager');
  });

  /** A session whose last statement this is. */
  async function last(text: string, values?: unknown[]): Promise<Client> {
    const client = await database.session();
    open.push(client);
    await client.query(`set application_name = 'session ${String(open.length)}'`);
    await client.query(text, values);
    return client;
  }

  async function look(url = database.url): Promise<{ view: SessionsView; answers: readonly Row[] }> {
    const answers: Row[] = [];
    const view = await snapshots(url).read(async (snapshot) => {
      const recorded: Snapshot = {
        query: async (text, values) => {
          const rows = await snapshot.query(text, values);
          answers.push(...rows);
          return rows;
        },
      };
      return await readSessions(recorded, await findTable(snapshot, TABLE));
    }, signal);
    return { view, answers };
  }

  const saves = (view: SessionsView, id: number): string[] =>
    view
      .find(ref(id))
      .map(({ save, state, wholeRow, closes }) =>
        [save, state, ...(wholeRow ? [] : ['some columns']), ...(closes ? ['closes'] : [])].join(', '),
      );

  it('are told by their last statement, which itself stays on the server', async () => {
    await last(librarySave(saved(1)));
    await last(`begin; ${librarySave(saved(2))}`);
    await last(librarySave(saved(3, { status_message: null })));
    await last(librarySave(saved(4, { status: 'DONE' })));
    await last(
      librarySave(saved(5, { status: 'ERROR', status_message: `it's a "status" = 'DONE', "status_message" = ''` })),
    );
    await last(librarySave(saved(6, { status: 'SCHEDULED', status_message: null })));
    await last(librarySave(saved(7, { status_message: `Circuit "x" OPEN until` })));
    const { view, answers } = await look();
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((id) => saves(view, id).join('; ')),
      ['before-body, idle', 'before-body, in-transaction', 'begun, idle', 'done, idle', 'failed, idle', '', '', ''],
    );
    assert.ok(answers.length >= 7);
    assert.doesNotMatch(JSON.stringify(answers), new RegExp(`${SECRET}|UPDATE|Circuit`, 'i'));
    assert.equal(view.report.state, 'ok');
    assert.match(view.report.detail, /^8 other sessions/);
    const [{ at } = { at: 0 }] = view.find(ref(1));
    assert.ok(Math.abs(at - Date.now() / 1000) < 60);
  });

  it('are told apart however the statement is written, and whatever stands in its values', async () => {
    const plain = librarySave(saved(5, { arguments: {} }));
    const forged = { args: [`, "status" = 'DONE', "status_message" = NULL WHERE "id" = 9`, "''''", '\\'], kwargs: {} };
    await last(librarySave(saved(2, { arguments: forged })));
    await last(`/* web='shop' */ ${librarySave(saved(3))} /*traceparent='00-1'*/`);
    await last(`${librarySave(saved(4))};`);
    await last(plain.replaceAll('"', '').replace('UPDATE', 'update'));
    await last(`update ${TABLE} set status='PENDING', status_message='' where id=6`);
    await last(`begin; savepoint a; ${librarySave(saved(7))}`);
    const { view } = await look();
    assert.deepEqual(
      [2, 3, 4, 5, 6, 7].map((id) => saves(view, id).join('; ')),
      [
        'before-body, idle',
        'before-body, idle',
        'before-body, idle',
        'before-body, idle',
        'before-body, idle, some columns',
        'before-body, in-transaction',
      ],
    );
    assert.deepEqual(saves(view, 9), []);
  });

  it('that say something else of a row, or of another table, say nothing', async () => {
    await database.run(`create table if not exists other_${TABLE} (like ${TABLE})`);
    await last(`select * from ${TABLE} where id = 1`);
    await last(librarySave(saved(2), `other_${TABLE}`));
    await last(`${librarySave(saved(3))} and "status" = 'SCHEDULED'`);
    await last(`update ${TABLE} set status = 'PENDING', status_message = '' where task_module = 'x' or id = 4`);
    await last(`select '${librarySave(saved(5)).replaceAll("'", "''")}'`);
    const { view } = await look();
    assert.deepEqual([1, 2, 3, 4, 5].map((id) => saves(view, id)).flat(), []);
    // Of the third one may think that its condition is of a release that is not known yet.
    assert.deepEqual([[...view.untold.tasks], view.untold.anyTask], [['shop.tasks.send'], 0]);
  });

  it('are known by the task id where the statement is cut, because an id may have lost digits', async () => {
    // The server keeps 1,023 bytes: the first digits of the id are its last.
    const id = 123456;
    const short = librarySave(saved(id, { arguments: [''] }));
    const length = 1023 - (short.length - 4);
    const text = librarySave(saved(id, { arguments: ['x'.repeat(length)] }));
    await last(text);
    assert.match(text.slice(0, 1023), / = 12$/);
    const { view } = await look();
    assert.deepEqual(view.find(ref(12)), []);
    assert.equal(view.find(ref(id)).length, 1);
  });

  it('that are cut before any id are counted by their task, and those with parameters are counted', async () => {
    await last(librarySave(saved(1, { arguments: ['x'.repeat(1500)] })));
    await last(
      librarySave(saved(2, { task_name: 'bill', arguments: ['x'.repeat(450)] })).replace(
        /"task_id" = '[^']*'/,
        `"task_id" = ''`,
      ),
    );
    const bound = boundSave(saved(3));
    await last(bound.text, bound.values);
    await last(`update ${TABLE} set status = $1 where id = any($2)`, ['PENDING', [8, 9]]);
    const { view } = await look();
    assert.deepEqual([...view.untold.tasks].sort(), ['shop.tasks.bill', 'shop.tasks.send']);
    assert.equal(view.untold.anyTask, 1);
    assert.match(view.report.detail, /2 saves cut before the id of the row .*; 1 save whose row is a parameter/);
  });

  it('of other roles are hidden, which is said; with pg_read_all_stats they are not', async () => {
    await last(librarySave(saved(1)));
    const role = await database.createRole();
    await database.run(`grant select on ${TABLE} to ${role}`);
    const hidden = (await look(database.urlAs(role))).view;
    assert.deepEqual(saves(hidden, 1), []);
    const detail =
      'PostgreSQL hides the statements of 2 other sessions from this role, and shows no other: grant it pg_read_all_stats';
    assert.deepEqual(hidden.report, {
      name: 'sessions',
      state: 'not-configured',
      detail,
      gaps: [{ kind: 'forbidden', says: detail }],
    });
    await withClient(database.urlAs(role), async () => {
      const some = (await look(database.urlAs(role))).view;
      assert.match(some.report.detail, /^3 other sessions; 2 of other roles are hidden/);
      assert.equal(some.report.state, 'partial');
    });
    await database.run(`grant pg_read_all_stats to ${role}`);
    assert.deepEqual(saves((await look(database.urlAs(role))).view, 1), ['before-body, idle']);
  });

  it('without recorded statements are named', async () => {
    const client = await last('set track_activities = off');
    await client.query(librarySave(saved(1)));
    const { view } = await look();
    assert.deepEqual(saves(view, 1), []);
    assert.match(view.report.detail, /1 session without statements \(track_activities is off\)/);
  });

  it('in a database with a second table of that name, or with a pooler, leave a doubt', async () => {
    assert.equal((await look()).view.doubt, null);
    const pooled = await last(librarySave(saved(1)));
    await pooled.query(`set application_name = 'Supavisor'`);
    assert.match((await look()).view.doubt ?? '', /pooler/);
    await pooled.query(`set application_name = 'plain'`);
    await database.run(`create schema tenant; create table tenant.${TABLE} (id int)`);
    const { view } = await look();
    assert.match(view.doubt ?? '', /another schema/);
    assert.match(view.report.detail, /1 table of the same name in other schemas/);
    await database.run('drop schema tenant cascade');
  });

  it('show that their application closes them, where several are before a body and none rests', async () => {
    const clients = [await last(''), await last('')] as const;
    for (const client of clients) await client.query(`set application_name = 'worker'`);
    await clients[0].query(librarySave(saved(1)));
    await clients[1].query(librarySave(saved(2)));
    const seen = async (): Promise<string> => saves((await look()).view, 2).join();
    assert.equal(await seen(), 'before-body, idle, closes');
    await clients[0].query(librarySave(saved(1, { status: 'DONE' })));
    assert.equal(await seen(), 'before-body, idle', 'one alone tells nothing');
    const third = await last('');
    await third.query(`set application_name = 'worker'`);
    await third.query(librarySave(saved(3)));
    // The first rests when two seconds have passed: until then it may be about to be closed.
    assert.equal(await seen(), 'before-body, idle, closes');
    await until(async () => ((await seen()) === 'before-body, idle' ? true : undefined));
    await clients[0].query(`set application_name = 'another application'`);
    assert.equal(await seen(), 'before-body, idle, closes', 'another application may keep what it likes');
    await database.run(`update ${TABLE} set status = 'PENDING'`);
  });

  it('of another database of the server are not looked at', async () => {
    const other = await TestDatabase.create(serverUrl);
    try {
      await createTaskTable(other);
      const client = await other.session();
      await client.query(`update ${TABLE} set status = 'PENDING', status_message = '' where id = 1`);
      assert.deepEqual(saves((await look()).view, 1), []);
      await client.end();
    } finally {
      await other.drop();
    }
  });

  /** What is told of rows by id, where they are read in a snapshot that `meanwhile` comes after. */
  async function touches(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<Record<number, string>> {
    return await snapshots(database.url).read(async (snapshot) => {
      const table = await findTable(snapshot, TABLE);
      await meanwhile();
      const told: Record<number, string> = {};
      const request = { hours: 0, statuses: ['PENDING'] };
      for await (const rows of stuckRowBatches(snapshot, table, request)) {
        const found = await new TouchReader(snapshot, table).of(rows);
        for (const { id, xmax } of rows) {
          const touch = found.get(xmax ?? '');
          if (touch)
            told[id] = [touch.state, ...(touch.by ? [touch.by] : []), ...(touch.alone ? [] : ['with others'])].join(
              ', ',
            );
        }
      }
      return told;
    }, signal);
  }

  it('and what their transactions did to rows', async () => {
    await last(`begin; savepoint a; ${librarySave(saved(1))}`);
    await last(`begin; select from ${TABLE} where id in (2, 3) for update`);
    await last(`begin; savepoint a; ${librarySave(saved(4))}; rollback to savepoint a; commit`);
    // Released, so that its lock is gone and only the transaction around it is left.
    await last(`begin; savepoint a; ${librarySave(saved(11))}; release savepoint a`);
    assert.deepEqual(await touches(), {
      1: 'in-progress, change',
      2: 'in-progress, lock, with others',
      3: 'in-progress, lock, with others',
      4: 'rolled-back',
      11: 'in-progress',
    });
  });

  it('that only locked a row before the snapshot leave nothing to say', async () => {
    await last(`begin; select from ${TABLE} where id = 5 for update; commit`);
    assert.notEqual(await database.value(`select xmax::text from ${TABLE} where id = 5`), '0');
    assert.deepEqual(await touches(), {});
  });

  it('and what they did since the snapshot', async () => {
    const told = await touches(async () => {
      await database.run(librarySave(saved(1, { status: 'DONE' })));
    });
    assert.deepEqual(told, { 1: 'since' });
    await database.run(librarySave(saved(1)));
  });

  it('where several lock one row, its xmax is no transaction, and nothing is said', async () => {
    // Multixacts have numbers of their own, which are those of old transactions.
    const [one, two] = [await last('begin'), await last('begin')];
    for (const client of [one, two]) await client.query(`select from ${TABLE} where id = 7 for share`);
    assert.deepEqual(await touches(), {});
    for (const client of [one, two]) await client.query('rollback');
    assert.deepEqual(await touches(), {});
  });

  it('cost one statement for all sessions, and none for rows that nothing touched', async () => {
    for (let count = 0; count < 5; count++) await last(librarySave(saved(10 + count)));
    const statements: string[] = [];
    await snapshots(database.url).read(async (snapshot) => {
      const table = await findTable(snapshot, TABLE);
      const counted: Snapshot = {
        query: (text, values) => {
          statements.push(text);
          return snapshot.query(text, values);
        },
      };
      await readSessions(counted, table);
      await new TouchReader(counted, table).of([{ id: 1 } as never]);
    }, signal);
    assert.equal(statements.filter((text) => text.includes('pg_stat_activity')).length, 1);
    // The other two are the savepoint and its end.
    assert.equal(statements.length, 3);
  });

  it('show no statement of the session that waits for a lock but that it is under way', async () => {
    await last(`begin; select from ${TABLE} where id = 8 for update`);
    const waiting = await database.session();
    const done = waiting.query(librarySave(saved(8, { status: 'DONE' })));
    await until(async () =>
      (await database.rows(`select from pg_stat_activity where wait_event_type = 'Lock' and query like 'UPDATE%'`))
        .length > 0
        ? true
        : undefined,
    );
    assert.deepEqual(saves((await look()).view, 8), ['done, active']);
    await open[0]!.query('rollback');
    await done;
    await waiting.end();
    await database.run(librarySave(saved(8)));
  });
});
