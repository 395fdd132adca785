import assert from 'node:assert/strict';
import { candidatesFromData, type DataFound } from '../../src/effects/drafts/fromData';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

/** Known tasks of each kind. Finished ones have even ids. */
const KNOWN = 200;
const FINISHED = Array.from({ length: KNOWN }, (_, index) => 2 * index + 2);
const NOT_RUN = Array.from({ length: KNOWN }, (_, index) => 2 * index + 1);
const TYPE = { taskModule: 'shop.tasks', taskName: 'deliver' };

describePostgres('effects/drafts/fromData', (serverUrl) => {
  let database: TestDatabase;
  let role: string;

  before(async () => {
    database = await TestDatabase.create(serverUrl);
    role = await database.createRole();
    await createTaskTable(database);
    // Every task has a parcel of its own number; it was created 100 hours ago, and so was the task.
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, last_run, created_at, arguments)
       select 'shop.tasks', 'deliver', 'SCHEDULED', now() - interval '100 hours', now() - interval '100 hours',
              jsonb_build_object('args', '[]'::jsonb, 'kwargs', jsonb_build_object('parcel_id', n, 'note', 'for you'))
         from generate_series(1, ${String(2 * KNOWN)}) as n`,
    );
    await database.run(`grant select on ${TABLE} to ${role}`);
  });
  after(() => database.drop());
  afterEach(async () => {
    await database.run('drop schema if exists app cascade');
    await database.assertNothingLeft();
  });

  /** Makes tables in the schema `app`, which the role may read. @param sql `{ran}` is what holds for parcels whose task ran */
  const tables = async (sql: string, grant = 'grant select on all tables in schema app to {role}'): Promise<void> => {
    await database.run('create schema app');
    await database.run(`grant usage on schema app to ${role}`);
    await database.run(`alter role ${role} set search_path = app, public`);
    await database.run(`set search_path = app, public; ${sql.replaceAll('{ran}', 'n % 2 = 0')}; analyze`);
    await database.run(grant.replaceAll('{role}', role));
  };
  const rows = (values: string, table = 'app.mail_parcel'): string =>
    `insert into ${table} select ${values} from generate_series(1, ${String(2 * KNOWN)}) as n`;
  const look = (more: { known?: number; parameters?: readonly string[] } = {}): Promise<DataFound> =>
    inSnapshot(database.urlAs(role), async (snapshot) =>
      candidatesFromData(snapshot, await findTable(snapshot, TABLE), TYPE, {
        known: { finished: FINISHED.slice(0, more.known), notRun: NOT_RUN },
        ids: [...FINISHED, ...NOT_RUN],
        parameters: more.parameters ?? [],
      }),
    );
  const told = ({ candidates }: DataFound) =>
    candidates.map(({ rule: { table, find, outcomes, noRow } }) => [
      table,
      find,
      ...outcomes.map(({ says, when }) => [says, ...(when ?? [])]),
      ...(noRow ? [['no row', noRow.says]] : []),
    ]);

  it('finds the table of an argument, and the column whose time tells that the task ran', async () => {
    await tables(
      `create table mail_parcel (id int primary key, sent_at timestamptz, made_at timestamptz not null);
       ${rows(`n, case when {ran} then now() - interval '99.5 hours' end, now() - interval '200 hours'`)}`,
    );
    const found = await look();
    assert.deepEqual(told(found)[0], [
      'mail_parcel',
      { id: 'kwargs.parcel_id' },
      ['executed', { column: 'sent_at', within: 3600 }],
      ['not-executed', { column: 'sent_at', before: 'created_at' }],
      ['not-executed', { column: 'sent_at', null: true }],
    ]);
    for (const { from, rule, why } of found.candidates) {
      assert.equal(from, 'data');
      assert.ok(
        rule.outcomes.every(({ strength }) => strength === undefined),
        'never stronger than likely',
      );
      assert.match(why[0]?.says ?? '', /^The argument parcel_id fits the table mail_parcel and its column id\.$/);
      assert.match(why[1]?.says ?? '', /found in the data/);
    }
  });

  it('finds the state that only finished tasks have, together with a time', async () => {
    await tables(
      `create table mail_parcel (id int primary key, status varchar(9) not null, updated_at timestamptz not null);
       ${rows(`n, case when {ran} then (array['SENT', 'RETURNED'])[1 + n / 2 % 2] else 'NEW' end, now() - interval '90 hours' * (n % 3)`)}`,
    );
    const [, , ran, not] = told(await look()).find(([, , ran]) => JSON.stringify(ran).includes('"status"')) ?? [];
    assert.deepEqual(
      [ran, not].map((each) => JSON.stringify(each).replace('["RETURNED","SENT"]', '["SENT","RETURNED"]')),
      [
        '["executed",{"column":"status","in":["SENT","RETURNED"]},{"column":"updated_at","atOrAfter":"created_at"}]',
        '["not-executed",{"column":"status","equals":"NEW"}]',
      ],
    );
  });

  it('refuses a table that has the name and another meaning', async () => {
    await tables(
      `create table mail_parcel (id int primary key, status text not null, updated_at timestamptz not null);
       ${rows(`n, (array['NEW', 'OLD'])[1 + n / 2 % 2], now() - interval '1 hour' * (n / 2)`)}`,
    );
    const found = await look();
    assert.deepEqual(told(found), []);
    assert.equal(found.because, 'No column of mail_parcel separates tasks that ran from tasks that did not.');
  });

  it('refuses a column that changes for other reasons, also after the task was created', async () => {
    await tables(
      `create table mail_parcel (id int primary key, seen_at timestamptz not null);
       ${rows(`n, now() - interval '99.9 hours'`)}`,
    );
    assert.deepEqual(told(await look()), []);
  });

  it('refuses a column that old tasks have and young ones do not, whatever they did', async () => {
    await database.run(`update ${TABLE} set created_at = now() - interval '1 hour' where id % 2 = 1`);
    await tables(
      `create table mail_parcel (id int primary key, seen_at timestamptz not null);
       ${rows(`n, now() - interval '2 hours'`)}`,
    );
    try {
      assert.deepEqual(told(await look()), []);
    } finally {
      await database.run(`update ${TABLE} set created_at = now() - interval '100 hours'`);
    }
  });

  it('prefers the table of its own application among many that fit', async () => {
    const columns = '(id int primary key, sent_at timestamptz)';
    const others = Array.from({ length: 12 }, (_, index) => `create table a${String(index)}_oldparcel ${columns};`);
    await tables(
      `${others.join('\n')} create table shop_parcel ${columns};
       ${rows(`n, case when {ran} then now() - interval '99.5 hours' end`, 'app.shop_parcel')}`,
    );
    assert.equal(told(await look())[0]?.[0], 'shop_parcel');
  });

  it('finds the rows that a task makes in the table of its name', async () => {
    await database.run(`update ${TABLE} set task_name = 'add_label'`);
    await tables(
      `create table mail_label (id serial primary key, parcel_id int not null, created_at timestamptz not null);
       create index on mail_label (parcel_id);
       insert into mail_label (parcel_id, created_at)
       select n, now() - interval '99.9 hours' from generate_series(1, ${String(2 * KNOWN)}) as n where {ran}`,
    );
    try {
      const found = await inSnapshot(database.urlAs(role), async (snapshot) =>
        candidatesFromData(
          snapshot,
          await findTable(snapshot, TABLE),
          { ...TYPE, taskName: 'add_label' },
          { known: { finished: FINISHED, notRun: NOT_RUN }, ids: FINISHED, parameters: [] },
        ),
      );
      assert.deepEqual(told(found)[0], [
        'mail_label',
        { parcel_id: 'kwargs.parcel_id' },
        ['executed', { column: 'created_at', within: 3600 }],
        ['no row', 'not-executed'],
      ]);
    } finally {
      await database.run(`update ${TABLE} set task_name = 'deliver'`);
    }
  });

  it('names a table that this role may not read, and reads no large one without an index', async () => {
    await tables('create table mail_parcel (id int primary key, sent_at timestamptz)', 'select 1');
    assert.equal((await look()).because, 'This role may not read mail_parcel, whose name fits an argument.');
    await database.run('drop schema app cascade');
    await tables(
      `create table mail_parcel (id int, sent_at timestamptz);
       ${rows(`n, case when {ran} then now() - interval '99.5 hours' end`)};
       analyze app.mail_parcel; update pg_class set reltuples = 2000000 where oid = 'app.mail_parcel'::regclass; set search_path = public`,
    );
    await database.run(`update pg_class set reltuples = 2000000 where oid = 'app.mail_parcel'::regclass`);
    assert.match((await look()).because ?? '', /^mail_parcel has no index on id, and is too large/);
  });

  it('needs enough known tasks, and a table that fits', async () => {
    assert.match(
      (await look({ known: 59 })).because ?? '',
      /^A rule from data alone needs 60 finished tasks .* 59 and 200 are known\.$/,
    );
    assert.equal((await look()).because, 'No table fits the names of its arguments.');
  });
});
