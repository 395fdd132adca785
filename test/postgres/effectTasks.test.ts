import assert from 'node:assert/strict';
import type { EffectRule } from '../../src/model/effectRule';
import { TestDatabase } from '../support/database';
import { ask, rule } from '../support/effects';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE, type TaskRow } from '../support/taskTable';

const MADE = '2024-01-01 00:00:00+00';
const LATER = '2024-01-01 00:00:30+00';
const EARLIER = '2023-12-31 23:59:30+00';

/** A task that sends `shop.tasks.mail` with its own argument leaves that task's row. */
function sends(fields: Partial<EffectRule> = {}): EffectRule {
  return rule({
    table: TABLE,
    fixed: { task_module: 'shop.tasks', task_name: 'mail' },
    find: { 'arguments.args[0]': 'args[0]' },
    outcomes: [
      {
        when: [{ column: 'created_at', within: 60 }],
        says: 'executed',
        text: 'sent task {id} for {arguments.args[0]}',
      },
      { says: 'cannot-say', text: 'another one' },
    ],
    noRow: { says: 'not-executed', text: 'none for {arguments.args[0]}' },
    ...fields,
  });
}

describePostgres('effects that are tasks', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  after(() => database.drop());
  beforeEach(() => database.run(`truncate ${TABLE} restart identity`));
  afterEach(() => database.assertNothingLeft());

  const sender = (args: unknown = { args: [5], kwargs: {} }): TaskRow => ({
    arguments: JSON.stringify(args),
    created_at: MADE,
  });
  const mail = (args: unknown, created_at = LATER, task_name = 'mail', task_module = 'shop.tasks'): TaskRow => ({
    task_name,
    task_module,
    arguments: JSON.stringify(args),
    created_at,
  });

  async function told(rules: unknown, rows: readonly TaskRow[], id = 1): Promise<string | undefined> {
    await database.run(`truncate ${TABLE} restart identity`);
    await insertTasks(database, rows);
    const { findings, report } = await ask(database.url, rules, [id]);
    assert.equal(report.state, 'ok', report.detail);
    return findings.get(id)?.text;
  }

  const SENT: readonly (readonly [name: string, row: TaskRow])[] = [
    ['by position', mail({ args: [5], kwargs: {} })],
    ['as a decimal', mail({ args: ['5'], kwargs: { task_manager_id: 2 } })],
  ];
  for (const [name, row] of SENT)
    it(`are found where they were sent ${name}`, async () => {
      assert.equal(await told([sends()], [sender(), row]), 'sent task 2 for 5');
    });

  const DECOYS: readonly (readonly [name: string, row: TaskRow, text?: string])[] = [
    ['another task of the module', mail({ args: [5] }, LATER, 'call')],
    ['a task of that name in another module', mail({ args: [5] }, LATER, 'mail', 'other.tasks')],
    ['another value', mail({ args: [6] })],
    ['the value inside a list', mail({ args: [[5]] })],
    ['the value at another place', mail({ args: [4, 5], kwargs: { id: 5 } })],
    ['no value', mail({ args: [null] })],
    ['arguments that are no object', mail([5])],
    ['arguments that are null', mail(null)],
    ['an earlier time', mail({ args: [5] }, EARLIER), 'another one'],
    ['a much later time', mail({ args: [5] }, '2024-01-02 00:00:00+00'), 'another one'],
  ];
  for (const [name, row, text = 'none for 5'] of DECOYS)
    it(`are not taken for sent with ${name}`, async () => {
      assert.equal(await told([sends()], [sender(), row]), text);
    });

  it('are looked for by name, also where older tasks have their names', async () => {
    const byName = sends({
      find: { 'arguments.kwargs.user.id': 'args[0]' },
      outcomes: [{ says: 'executed', text: 'sent {id}' }],
      noRow: { says: 'not-executed', text: 'none' },
    });
    assert.equal(await told([byName], [sender(), mail({ args: [], kwargs: { user: { id: 5 } } })]), 'sent 2');
    assert.equal(await told([byName], [sender(), mail({ user: { id: 5 } })]), 'sent 2');
    assert.equal(await told([byName], [sender(), mail({ args: [], user: { id: 5 } })]), 'none');
  });

  it('are never the task itself, nor one whose row is older', async () => {
    const again = sends({ fixed: { task_module: 'shop.tasks', task_name: 'send' } });
    assert.equal(await told([again], [sender()]), 'none for 5');
    assert.equal(await told([again], [mail({ args: [5] }, LATER, 'send'), sender()], 2), 'none for 5');
    assert.equal(await told([again], [sender(), mail({ args: [5] }, LATER, 'send')]), 'sent task 2 for 5');
    // A row with many like it: of those asked together each looks behind itself.
    await database.run(`truncate ${TABLE} restart identity`);
    await insertTasks(database, [sender(), sender(), sender()]);
    const { findings } = await ask(database.url, [again], [1, 2, 3]);
    assert.deepEqual(
      [1, 2, 3].map((id) => findings.get(id)?.says),
      ['executed', 'executed', 'not-executed'],
    );
  });

  it('are counted', async () => {
    const three = sends({
      outcomes: [
        { when: [{ column: 'created_at', within: 60 }], atLeast: 3, says: 'executed', text: 'all three' },
        { says: 'failed', text: 'not all' },
      ],
    });
    const rows = [sender(), mail({ args: [5] }), mail({ args: [5] }), mail({ args: [5] }, EARLIER)];
    assert.equal(await told([three], rows), 'not all');
    assert.equal(await told([three], [...rows, mail({ args: [5] })]), 'all three');
  });

  it('are in the table by whatever name the rule gives it, and a rule without the sent task is refused', async () => {
    await insertTasks(database, [sender(), mail({ args: [5] })]);
    for (const table of [TABLE, `public.${TABLE}`, ` "public"."${TABLE}" `]) {
      const { findings } = await ask(database.url, [sends({ table })]);
      assert.equal(findings.get(1)?.text, 'sent task 2 for 5', table);
      const open = Object.fromEntries(Object.entries(sends({ table })).filter(([field]) => field !== 'fixed'));
      const { report } = await ask(database.url, [open]);
      assert.match(report.detail, /looks in the table of the tasks, and "fixed" does not name the task that is sent/);
    }
  });

  it('prove nothing where they may be hidden from this role, and are masked like all arguments', async () => {
    await insertTasks(database, [sender(), mail({ args: [6], kwargs: { password: 's3cret' } })]);
    const role = await database.createRole();
    await database.run(`grant select on ${TABLE} to ${role}; alter table ${TABLE} enable row level security;
      create policy visible on ${TABLE} for select using (task_name <> 'mail')`);
    const hidden = await ask(database.urlAs(role), [sends()]);
    await database.run(`drop policy visible on ${TABLE}; alter table ${TABLE} disable row level security`);
    assert.equal(hidden.findings.get(1)?.says, 'cannot-say');
    assert.match(hidden.report.detail, /a row that this role does not see proves nothing/);
    const shows = sends({
      find: { 'arguments.args[0]': { from: 'kwargs.none', default: 6 } },
      outcomes: [{ says: 'executed', text: '{arguments}' }],
      noRow: { says: 'cannot-say', text: 'none' },
    });
    const { findings } = await ask(database.url, [shows]);
    assert.equal(findings.get(1)?.text, '{"args": [6], "kwargs": {"password": "***"}}');
  });
});
