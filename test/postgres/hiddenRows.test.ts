import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { CheckOptions } from '../../src/check/options';
import { diagnose } from '../../src/check/diagnose';
import { hiddenRows } from '../../src/model/hidden';
import type { Diagnosis } from '../../src/model/diagnosis';
import { readRowsForFix } from '../../src/check/rowsForFix';
import { parseEffectRules } from '../../src/effects/rules';
import { readHistories } from '../../src/tables/taskManager/histories';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { markdown } from '../../src/report/markdown';
import { answerOf } from '../../src/report/summary';
import { textLog } from '../../src/report/textLog';
import { findTable } from '../../src/tables/findTable';
import { noticesOf } from '../../src/vscode/tree/notices';
import { viewStatus } from '../../src/vscode/tree/viewStatus';
import type { CheckResult } from '../../src/vscode/checks/checkState';
import { TestDatabase } from '../support/database';
import { check, OPTIONS, snapshots } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';
import { UNTESTED } from '../support/knownRows';

const run = { signal: new AbortController().signal, onProgress: () => undefined };

/** Everything that a person may read first. */
function headlines(diagnosis: Diagnosis): Record<string, string> {
  const result = { diagnosis, profile: { name: 'prod' }, request: {}, finishedAt: new Date(0) } as CheckResult;
  const { message = '', state } = viewStatus(
    { result },
    { configured: true, clock: () => '9:00', now: new Date(0), elapsed: 0, usualHours: undefined },
  );
  const around = { trusted: true, broker: true, filtered: false, nothingLeft: false };
  const { above } = noticesOf({ result }, around);
  const tooltips = above.map(({ tooltip }) => tooltip).join(' ');
  const answer = answerOf(diagnosis);
  return {
    log: textLog(diagnosis),
    markdown: markdown(diagnosis, null),
    answer: `${answer.stuck}. ${answer.hidden ?? ''}`,
    tree: `${state}: ${message} ${tooltips}`,
  };
}

/** That every one of them says that rows may be missing, and none that there is nothing. */
function assertSaid(diagnosis: Diagnosis, says: RegExp): void {
  for (const [place, text] of Object.entries(headlines(diagnosis))) {
    assert.match(text, /Rows may be missing/, place);
    // Names of schemas and roles are left out of what goes to an issue tracker.
    if (place !== 'markdown') assert.match(text, says, place);
    assert.doesNotMatch(text, /No stuck tasks found\.|nothing needs to be done|Nothing is stuck|^clean/im, place);
  }
  const [postgres] = diagnosis.sources;
  assert.equal(postgres!.state, 'partial');
  assert.match(postgres!.detail, says);
  assert.equal(diagnosis.recommendations[0]!.id, 'see-all-rows');
  assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(diagnosis))), []);
}

function assertNotSaid(diagnosis: Diagnosis): void {
  for (const [place, text] of Object.entries(headlines(diagnosis)))
    assert.doesNotMatch(text, /may be missing|hidden/, place);
  assert.equal(diagnosis.sources[0]!.state, 'ok');
  assert.equal(diagnosis.sources[0]!.gaps, undefined);
}

describePostgres('rows that this role does not see', (serverUrl) => {
  let database: TestDatabase;
  let role: string;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(database, [{ task_id: 'a' }, { task_id: 'b' }]);
  });
  after(() => database.drop());
  beforeEach(async () => {
    role = await database.createRole();
    await database.run(`grant select on all tables in schema public to ${role}`);
  });
  afterEach(async () => {
    await database.assertNothingLeft();
    await database.run(
      `drop owned by ${role}; alter table ${TABLE} disable row level security, no force row level security`,
    );
  });

  const secure = (...policies: string[]): Promise<void> =>
    database.run([`alter table ${TABLE} enable row level security`, ...policies].join('; '));

  it('by row security, as it was reported', async () => {
    const fixture = readFileSync('test/fixtures/reported/row-security.sql', 'utf8');
    const own = await TestDatabase.create(serverUrl);
    await createTaskTable(own);
    const reader = await own.createRole();
    await own.run(fixture.replace(/create role reader.*;\n/, '').replaceAll('reader', reader));
    const none = await check(own.urlAs(reader));
    assert.equal(none.taskTypes.length, 0);
    assertSaid(none, /row security on "public"\."task_manager_taskmanager" shows this role no row/);
    await own.run(`create policy part on ${TABLE} for select to ${reader} using (id <= 3)`);
    const part = await check(own.urlAs(reader));
    assert.equal(part.taskTypes[0]!.count, 3);
    assertSaid(part, /only the rows that its policies allow/);
    assertNotSaid(await check(own.url));
    await own.drop();
  });

  it('by no row security: it is off, or lets everything through', async () => {
    assertNotSaid(await check(database.urlAs(role)));
    await secure(`create policy every on ${TABLE} using (true)`);
    const every = await check(database.urlAs(role));
    assert.equal(every.taskTypes[0]!.count, 2);
    assertNotSaid(every);
    await database.run(`create policy less on ${TABLE} as restrictive to ${role} using (id < 2)`);
    assertSaid(await check(database.urlAs(role)), /row security/);
    await database.run(`drop policy less on ${TABLE}; drop policy every on ${TABLE}`);
  });

  it('by policies for others', async () => {
    const other = await database.createRole();
    await secure(
      `create policy others on ${TABLE} to ${other} using (true)`,
      `create policy writes on ${TABLE} for update using (true)`,
    );
    assertSaid(await check(database.urlAs(role)), /no row/);
    // As a member it is let through.
    await database.run(`grant ${other} to ${role}`);
    assertNotSaid(await check(database.urlAs(role)));
    await database.run(`drop policy others on ${TABLE}; drop policy writes on ${TABLE}; drop owned by ${other}`);
  });

  it('but the owner, a superuser and a role with BYPASSRLS see them, unless the owner is forced', async () => {
    await secure();
    assertNotSaid(await check(database.url));
    await database.run(`alter role ${role} bypassrls`);
    const bypassing = await check(database.urlAs(role));
    assert.equal(bypassing.taskTypes[0]!.count, 2);
    assertNotSaid(bypassing);
    await database.run(
      `alter role ${role} nobypassrls; create table owned (like ${TABLE} including all); alter table owned owner to ${role}`,
    );
    await database.run('alter table owned enable row level security');
    assertNotSaid(await check(database.urlAs(role), { table: 'owned' }));
    await database.run('alter table owned force row level security');
    assertSaid(await check(database.urlAs(role), { table: 'owned' }), /row security on "public"\."owned"/);
  });

  it('where the role gets an error instead of fewer rows by its own setting', async () => {
    await secure();
    await database.run(`alter role ${role} set row_security = off`);
    assertSaid(await check(database.urlAs(role)), /row security/);
  });

  it('of a partitioned table, by the row security of the parent alone', async () => {
    await createTaskTable(database, {
      name: 'parts',
      types: { id: 'bigserial' },
      suffix: 'partition by range (last_run)',
    });
    await database.run(`create table part_1 partition of parts default; grant select on parts, part_1 to ${role}`);
    await insertTasks(database, [{}], 'parts');
    await database.run('alter table part_1 enable row level security');
    const through = await check(database.urlAs(role), { table: 'parts' });
    assert.equal(through.taskTypes[0]!.count, 1);
    assertNotSaid(through);
    assertSaid(await check(database.urlAs(role), { table: 'part_1' }), /"part_1"/);
    await database.run('alter table parts enable row level security');
    assertSaid(await check(database.urlAs(role), { table: 'parts' }), /"parts"/);
    await database.run('drop table parts');
  });

  it('of a table with children, by the row security of the parent alone', async () => {
    await createTaskTable(database, { name: 'mother' });
    await database.run(`create table child () inherits (mother); alter table child enable row level security`);
    await insertTasks(database, [{ id: 1 }], 'child');
    await database.run(`grant select on mother to ${role}`);
    const through = await check(database.urlAs(role), { table: 'mother' });
    assert.equal(through.taskTypes[0]!.count, 1);
    assertNotSaid(through);
    await database.run('drop table child; drop table mother');
  });

  it('by a view, or by row security beneath it', async () => {
    const owner = await database.createRole();
    await database.run(`grant select on ${TABLE} to ${owner}`);
    const view = async (name: string, query: string, as = 'postgres', options = ''): Promise<void> =>
      database.run(
        `create view ${name} ${options} as ${query}; alter view ${name} owner to ${as}; grant select on ${name} to ${role}, ${owner}`,
      );
    const seen = (table: string): Promise<Diagnosis> => check(database.urlAs(role), { table });

    await view('plain', `select *, 'where' as "limit" from ${TABLE}`);
    assertNotSaid(await seen('plain'));
    await view('joined', `select t.* from ${TABLE} t join pg_class c on c.oid = t.id::oid`);
    await view('few', `select * from ${TABLE} where id < 0`);
    await view('over_few', 'select * from few');
    await view('crossed', `select t.* from ${TABLE} t, pg_class c limit 0`);
    for (const name of ['joined', 'few', 'over_few', 'crossed'])
      assertSaid(await seen(name), /the view "public"\."(joined|few|crossed)" may leave rows out/);
    await database.run(`create materialized view kept as select * from ${TABLE}; grant select on kept to ${role}`);
    assertSaid(await seen('kept'), /materialized view "public"\."kept" has the rows of its last refresh/);

    await view('by_owner', `select * from ${TABLE}`, owner);
    await view('over_by_owner', 'select * from by_owner');
    await secure();
    // The view reads as its owner, and that is a superuser.
    const all = await seen('plain');
    assert.equal(all.taskTypes[0]!.count, 2);
    assertNotSaid(all);
    for (const name of ['by_owner', 'over_by_owner']) {
      const none = await seen(name);
      assert.equal(none.taskTypes.length, 0);
      assertSaid(
        none,
        new RegExp(`row security on "public"\\."${TABLE}" shows role "${owner}", as which the view reads it, no row`),
      );
    }
    if (database.majorVersion >= 15) {
      await view('as_invoker', `select * from ${TABLE}`, 'postgres', 'with (security_invoker = on)');
      await view('over_invoker', 'select * from as_invoker');
      await view('no_invoker', `select * from ${TABLE}`, 'postgres', 'with (security_invoker = off)');
      const none = await seen('as_invoker');
      assert.equal(none.taskTypes.length, 0);
      assertSaid(none, /shows this role no row/);
      assertNotSaid(await seen('no_invoker'));
      // Beneath a view that reads as its owner it still reads as this role.
      const over = await seen('over_invoker');
      assert.equal(over.taskTypes.length, 0);
      assertSaid(over, /shows this role no row/);
    }
    await database.run(
      'drop view plain, joined, few, over_few, crossed, by_owner, over_by_owner cascade; drop materialized view kept',
    );
    if (database.majorVersion >= 15) await database.run('drop view over_invoker, as_invoker, no_invoker');
    await database.run(`drop owned by ${owner}`);
  });

  it('because the search path finds another table of the name', async () => {
    await database.run(`create schema ${role} authorization ${role}; create schema tenant2`);
    await createTaskTable(database, { name: `${role}.${TABLE}` });
    await createTaskTable(database, { name: `tenant2.${TABLE}` });
    await database.run(`grant select on ${role}.${TABLE} to ${role}`);
    const shadowed = await check(database.urlAs(role));
    assert.equal(shadowed.infrastructure.postgres.table, `"${role}"."${TABLE}"`);
    assertSaid(shadowed, /a table of this name is also in schemas "public" and "tenant2", and was not read there/);
    assert.doesNotMatch(markdown(shadowed, null), /tenant2|role_/);
    // Who names the schema means this one.
    assertNotSaid(await check(database.urlAs(role), { table: `public.${TABLE}` }));
    await database.run(`drop schema tenant2 cascade; drop schema ${role} cascade`);
  });

  it('of a table that effects are looked for in: what is not seen there proves nothing', async () => {
    await database.run('create table parcel (id bigint primary key, code text, status text)');
    await database.run("insert into parcel values (1, 'a', 'SENT'), (2, 'b', 'NEW'), (3, 'c', 'SENT')");
    await database.run(`truncate ${TABLE} restart identity`);
    for (const [id, code] of [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ])
      await insertTasks(database, [
        {
          task_name: 'send',
          task_id: `id-${String(id)}`,
          arguments: JSON.stringify({ args: [id], kwargs: { task_manager_id: id } }),
        },
        {
          task_name: 'code',
          task_id: `id-${code!}`,
          arguments: JSON.stringify({ args: [code], kwargs: { task_manager_id: 9 } }),
        },
      ]);
    const rule = (task: string, column: string) => ({
      task: `shop.tasks.${task}`,
      table: 'parcel',
      find: { [column]: 'args[0]' },
      outcomes: [
        { when: [{ column: 'status', equals: 'SENT' }], says: 'executed', text: 'Parcel {id} is {status}.' },
        { when: [{ column: 'status', equals: 'NEW' }], says: 'not-executed', text: 'Parcel {id} is {status}.' },
      ],
      noRow: { says: 'not-executed', text: `There is no parcel {${column}}.` },
    });
    const effects = parseEffectRules([rule('send', 'id'), rule('code', 'code')], 'test rules');
    const options: CheckOptions = { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 10, effects } };
    const told = async (url: string): Promise<[Map<string, string>, Diagnosis]> => {
      const found = await diagnose({ postgres: snapshots(url) }, options, run);
      const samples = found.taskTypes.flatMap((type) => type.samples);
      return [
        new Map(
          samples.map(({ taskId, verification }) => {
            const effect = verification!.evidence.find(({ source }) => source === 'effects')!;
            // Nothing is known here that a rule could be tested on.
            assert.equal(UNTESTED.test(effect.says), effect.untested === true);
            return [taskId!, `${effect.supports ?? 'nothing'}: ${effect.says.replace(UNTESTED, '')}`];
          }),
        ),
        found,
      ];
    };
    await database.run(`grant select on parcel to ${role}`);
    assert.equal((await told(database.urlAs(role)))[0].get('id-2'), 'lost: Parcel 2 is NEW.');
    await database.run(
      `alter table parcel enable row level security; create policy part on parcel to ${role} using (id < 3)`,
    );
    const [hidden, found] = await told(database.urlAs(role));
    assert.equal(hidden.get('id-1'), 'finished: Parcel 1 is SENT.');
    // By its primary key it is the only one, whatever is hidden.
    assert.equal(hidden.get('id-2'), 'lost: Parcel 2 is NEW.');
    assert.match(
      hidden.get('id-3')!,
      /^nothing: There is no parcel 3\. This proves nothing, because row security on "public"\."parcel"/,
    );
    assert.equal(hidden.get('id-a'), 'finished: Parcel 1 is SENT.');
    assert.match(hidden.get('id-b')!, /^nothing: Parcel 2 is NEW\. This proves nothing/);
    assert.match(hidden.get('id-c')!, /^nothing: There is no parcel c\./);
    const report = found.sources.find(({ name }) => name === 'effects')!;
    assert.equal(report.state, 'partial');
    assert.match(report.detail, /a row that this role does not see proves nothing: row security on "public"\."parcel"/);
    // The task table itself is seen whole.
    assert.equal(hiddenRows(found.sources), null);
    assert.equal((await told(database.url))[0].get('id-3'), 'finished: Parcel 3 is SENT.');
    await database.run('drop table parcel');
  });

  it('of a joined table: what the rule finds missing there may be hidden', async () => {
    await database.run(
      'create table parcel (id bigint primary key); create table receipt (parcel bigint, status text)',
    );
    await database.run(`insert into parcel values (1); insert into receipt values (1, 'OK')`);
    await database.run(`truncate ${TABLE} restart identity`);
    await insertTasks(database, [
      { task_id: 'x', arguments: JSON.stringify({ args: [1], kwargs: { task_manager_id: 1 } }) },
    ]);
    const effects = parseEffectRules(
      [
        {
          task: 'shop.tasks.send',
          table: 'parcel',
          find: { id: 'args[0]' },
          join: { table: 'receipt', on: { parcel: 'id' } },
          outcomes: [
            { when: [{ column: 'joined.status', null: true }], says: 'executed', text: 'No receipt for {id}.' },
            { says: 'not-executed', text: 'Receipt {joined.status}.' },
          ],
        },
      ],
      'test rules',
    );
    const options: CheckOptions = { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 10, effects } };
    await database.run(`grant select on parcel, receipt to ${role}; alter table receipt enable row level security`);
    const found = await diagnose({ postgres: snapshots(database.urlAs(role)) }, options, run);
    const { evidence } = found.taskTypes[0]!.samples[0]!.verification!;
    const effect = evidence.find(({ source }) => source === 'effects')!;
    assert.match(effect.says, /^No receipt for 1\. This proves nothing, because row security on "public"\."receipt"/);
    assert.equal(effect.supports, undefined);
    await database.run('drop table parcel, receipt');
  });

  it('among which a twin may be, or a failure of the type', async () => {
    await secure(`create policy part on ${TABLE} to ${role} using (id <= 1)`);
    const judged = [{ id: 1, verdict: 'lost', confidence: 'likely', status: 'SCHEDULED', updatedAt: null }] as const;
    await database.run(`truncate ${TABLE} restart identity`);
    await insertTasks(database, [{ task_id: 'a' }, { status: 'ERROR' }]);
    const [row] = await database.rows<{ seconds: string }>(
      `select extract(epoch from updated_at)::text as seconds from ${TABLE} where id = 1`,
    );
    const asJudged = judged.map((one) => ({ ...one, updatedAt: Number(row!.seconds) }));
    const read = (url: string) =>
      snapshots(url).read((snapshot) => readRowsForFix(snapshot, TABLE, asJudged), run.signal);
    assert.equal((await read(database.urlAs(role))).rows[0]!.twinUnknown, true);
    assert.equal((await read(database.url)).rows[0]!.twinUnknown, undefined);
    const history = await snapshots(database.urlAs(role)).read(
      async (snapshot) =>
        readHistories(snapshot, await findTable(snapshot, TABLE), [{ taskModule: 'shop.tasks', taskName: 'send' }]),
      run.signal,
    );
    assert.equal(history.histories.get('shop.tasks.send')!.partial, true);
    await database.run(`drop policy part on ${TABLE}`);
  });
});
