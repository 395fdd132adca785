import assert from 'node:assert/strict';
import type { FixCheck, FixRow } from '../../src/model/fix';
import { pythonComment, pythonLiteral } from '../../src/fixes/pythonText';
import { staleGuard } from '../../src/fixes/staleGuard';
import { canary } from '../support/canary';
import { Shop } from '../support/celery';
import { decided, fixCheck, fixRow, HOSTILE, planOf, scriptOf } from '../support/fixes';

const TABLE = 'task_manager_taskmanager';
const PASSWORD = canary('argument');
const QUICK_TO_GIVE_UP = { max_retries: 1, interval_start: 0, interval_step: 0 };
/** Rows of these tests: more than one transaction of a script. */
const MANY = 700;

describe('fix scripts in a Django shell', function () {
  this.timeout(90_000);
  let shop: Shop;
  let shell: ReturnType<Shop['djangoShell']>;
  before(async () => {
    shop = await Shop.open({ name: 'fixes', db: 13 });
    shell = shop.djangoShell();
  });
  after(async () => {
    await shell.close();
    await shop.close();
  });
  beforeEach(async () => {
    await shop.database.run(`truncate ${TABLE}, shop_order restart identity`);
    await shop.redis.flushdb();
  });

  const hash = (where = 'true'): Promise<string | undefined> =>
    shop.database.value(`select md5(string_agg(t::text, '|' order by id)) from ${TABLE} as t where ${where}`);

  const insert = (count: number): Promise<void> =>
    shop.database.run(
      `insert into ${TABLE} (task_module, task_name, status, arguments, task_id, attempts, current_page, total_pages,
                             killed, fixed, priority, last_run, created_at, updated_at)
       select 'shop.tasks', 'instant', case when n % 3 = 0 then 'PENDING' else 'SCHEDULED' end,
              jsonb_build_object('args', jsonb_build_array(n), 'kwargs', jsonb_build_object('task_manager_id', n)),
              'old-' || n, 1, 0, 1, false, false, case when n % 2 = 0 then 5 end, now() - interval '40 days', now() - interval '40 days',
              timestamptz '2025-06-01 00:00:00+00' + n * interval '1.000001 seconds'
         from generate_series(1, $1::int) as n`,
      [count],
    );

  /** The rows as a check saw them. */
  async function seen(change: Partial<FixRow> = {}): Promise<FixRow[]> {
    const rows = await shop.database.rows<{ id: number; status: string; updated: string; name: string }>(
      `select id::int, status, task_name as name,
              to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated from ${TABLE} order by id`,
    );
    return rows.map(({ id, status, updated, name }) =>
      fixRow({ id, status, updatedAt: updated, taskName: name, ...change }),
    );
  }

  /** Runs a script to its end. @returns what it printed */
  async function run(script: string): Promise<string> {
    const { code, printed } = await shell.run(script);
    assert.equal(code, 0, printed);
    assert.doesNotMatch(printed, /Traceback|Warning/);
    return printed;
  }

  async function withLock<T>(id: number, work: () => Promise<T>): Promise<T> {
    const client = await shop.database.session();
    try {
      await client.query('begin');
      await client.query(`select 1 from ${TABLE} where id = $1 for update`, [id]);
      return await work();
    } finally {
      await client.end();
    }
  }

  it('mark the proven rows that did not move, once, and put them back to the byte', async () => {
    await insert(MANY);
    const proven = (await seen()).filter(({ id }) => id <= MANY - 50);
    const plan = planOf([...proven, ...(await seen({ confidence: 'likely' })).slice(-50)]);
    const [script, inverse] = [scriptOf(plan, 'django'), scriptOf(plan, 'inverse-django')];
    await shop.database.run(`update ${TABLE} set status = 'CANCELLED' where id = 10`);
    await shop.database.run(`update ${TABLE} set updated_at = updated_at + interval '1 microsecond' where id = 600`);
    await shop.database.run(`delete from ${TABLE} where id = 11`);
    const before_ = await hash();

    const { code, printed: dry } = await shop.django(script);
    assert.equal(code, 0, dry);
    assert.match(dry, /650 listed: 647 to change, 2 moved, 1 gone, 0 locked by others\./);
    assert.match(dry, /dry run/);
    assert.equal(await hash(), before_);

    const applied = await withLock(12, () => run(decided(script, 'python')));
    assert.match(applied, /650 listed: 646 to change, 2 moved, 1 gone, 1 locked by others\.\nChanged: 646\./);
    assert.equal(await shop.database.value(`select count(*)::int from ${TABLE} where status = 'DONE'`), '646');
    assert.equal(
      await shop.database.value(`select count(*)::int from ${TABLE} where id > 650 and status = 'DONE'`),
      '0',
    );
    const marked = await hash();
    assert.match(await withLock(12, () => run(decided(script, 'python'))), /Changed: 0\./);
    assert.equal(await hash(), marked);

    await run(inverse);
    assert.equal(await hash(), marked, 'the inverse must be a dry run too');
    assert.match(await run(decided(inverse, 'python')), /Changed: 646\./);
    assert.equal(await hash(), before_);
    assert.match(await run(decided(inverse, 'python')), /Changed: 0\./);
  });

  it('undo what the SQL script did', async () => {
    await insert(3);
    const plan = planOf(await seen());
    const before_ = await hash();
    await shop.database.run(decided(scriptOf(plan, 'sql'), 'sql'));
    assert.match(await run(decided(scriptOf(plan, 'inverse-django'), 'python')), /Changed: 3\./);
    assert.equal(await hash(), before_);
  });

  it('refuse to run behind the guard of an older script, and where times are not exact', async () => {
    await insert(3);
    const scripts = planOf([
      ...(await seen()),
      ...(await seen({ verdict: 'lost', confidence: 'likely', cause: 'broker-wiped' })),
    ]);
    const before_ = await hash();
    for (const kind of ['django', 'inverse-django', 'dispatch'] as const) {
      const script = decided(scriptOf(scripts, kind), 'python');
      const { code, printed } = await shell.run(staleGuard('python', '2026-11-24T03:00:00Z') + script);
      assert.equal(code, 1);
      assert.match(printed, /^OUTDATED.*2026-11-24 03:00:00 UTC.*\n$/);
    }
    for (const kind of ['django', 'dispatch'] as const) {
      const { code, printed } = await shop.django(decided(scriptOf(scripts, kind), 'python'), { USE_TZ: '0' });
      assert.equal(code, 1);
      assert.match(printed, /^USE_TZ is off/);
    }
    assert.equal(await hash(), before_);
    assert.deepEqual(await shop.redis.keys('*'), []);
  });

  it('keep hostile names, statuses and connections as data', async () => {
    const literals = HOSTILE.map((text) => `${pythonComment([text, text])}texts.append(${pythonLiteral(text)})\n`);
    const printed = await run(`import json\ntexts = []\n${literals.join('')}print(json.dumps(texts))\n`);
    assert.deepEqual(JSON.parse(printed), HOSTILE);

    await insert(HOSTILE.length);
    for (const [index, text] of HOSTILE.entries()) {
      await shop.database.run(`update ${TABLE} set status = $2, task_module = $3, task_name = $3 where id = $1`, [
        index + 1,
        text.slice(0, 20),
        text,
      ]);
    }
    const hostile = (text: string): FixCheck =>
      fixCheck({ connection: text, address: text, statuses: [text], table: text, broker: text, queues: [text] });
    const before_ = await hash();
    const rows = await seen();
    const lost = await seen({ verdict: 'lost', confidence: 'likely', cause: 'never-published' });
    const text = HOSTILE.join('');
    await run(scriptOf(planOf(rows, hostile(text), text), 'django'));
    assert.match(
      await run(quick(decided(scriptOf(planOf(lost, hostile(text), text), 'dispatch'), 'python'))),
      /14 listed: 14 of a task that this code does not have\./,
    );
    assert.equal(await hash(), before_);
    await run(decided(scriptOf(planOf(rows, hostile(text), text), 'django'), 'python'));
    assert.equal(await shop.database.value(`select count(*)::int from ${TABLE} where status <> 'DONE'`), '0');
    await run(decided(scriptOf(planOf(rows, hostile(text), text), 'inverse-django'), 'python'));
    assert.equal(await hash(), before_);
  });

  it('dispatch each lost row once, and none that moved, runs, waits or has a result', async () => {
    await insert(16);
    for (let order = 1; order <= 16; order++)
      await shop.database.run('insert into shop_order (id) values ($1)', [order]);
    const set = (id: number, sql: string): Promise<void> =>
      shop.database.run(`update ${TABLE} set ${sql} where id = ${String(id)}`);
    // 1, 2 and 15 as they are; 3 was never published, 4 kept a retry's argument.
    await set(3, `arguments = '{"args": [3], "kwargs": {}}', task_id = ''`);
    await set(4, `arguments = '{"args": [4], "kwargs": {"task_manager_id": 4, "attempts": 3}}'`);
    await set(5, `arguments = arguments || '{"kwargs": {"task_manager_id": 5, "password": "${PASSWORD}"}}'`);
    await set(12, `total_pages = 3, current_page = 1`);
    await set(13, `arguments = '["${PASSWORD}"]'`);
    await set(14, `task_name = 'not_there'`);
    const rows = await seen({ verdict: 'lost', confidence: 'likely', cause: 'message-missing' });
    const script = quick(scriptOf(planOf(rows), 'dispatch'));

    // Since the check: some moved, some have a message in a queue or with a worker, one has a result.
    await set(6, `status = 'CANCELLED'`);
    await set(7, `updated_at = updated_at + interval '1 microsecond'`);
    await shop.database.run(`delete from ${TABLE} where id = 8`);
    const worker = await shop.worker('later', { queues: ['later'] });
    await shop.send('instant', { args: [9], kwargs: { task_manager_id: 9 }, queue: 'later', countdown: 600 });
    await shop.untilUnacked(1);
    await shop.send('instant', { args: [10], kwargs: { task_manager_id: 10 }, queue: 'celery', priority: 6 });
    const result = { status: 'SUCCESS', result: null, traceback: null, children: [], task_id: 'old-11' };
    await shop.redis.set('celery-task-meta-old-11', JSON.stringify(result));
    const before_ = await hash();
    const queued = (): Promise<number[]> =>
      Promise.all(['', '\x06\x163', '\x06\x166', '\x06\x169'].map((key) => shop.redis.llen(`celery${key}`)));

    // A task whose message was acknowledged when it began is nowhere but with its worker.
    await shop.send('plain', { kwargs: { task_manager_id: 15, seconds: 120 }, queue: 'later' });
    const asking = script.replace(/^ASK_WORKERS = 0\b/m, 'ASK_WORKERS = 0.7');
    // A worker on a busy machine may answer late.
    const dry = await shop.until('a dry run that heard of row 15', async () => {
      const printed = await run(asking);
      return printed.includes('3 with a message or running') ? printed : undefined;
    });
    const kept = '1 between two pages, 1 gone, 2 moved, 1 of a task that this code does not have';
    const found = '1 with a result, 1 with arguments of another shape';
    assert.ok(dry.includes(`16 listed: 6 would be dispatched, ${kept}, 3 with a message or running, ${found}.`), dry);
    assert.equal(await hash(), before_);
    assert.deepEqual(await queued(), [0, 0, 1, 0]);

    // From here on nobody asks the workers, so 15 is as free as the others.
    const untouched = 'id in (6, 7, 9, 10, 11, 12, 13, 14, 16)';
    const others = await hash(untouched);
    const applied = await withLock(16, () => run(decided(script, 'python')));
    const now = kept.replace('1 gone', '1 gone, 1 locked by others');
    assert.ok(applied.includes(`16 listed: 6 dispatched, ${now}, 2 with a message or running, ${found}.`), applied);
    assert.ok(!applied.includes(PASSWORD) && !dry.includes(PASSWORD));
    assert.deepEqual(await queued(), [0, 2, 1, 4]);
    assert.equal(await hash(untouched), others);
    // A run that broke off is repeated: what was dispatched has moved.
    const again = await withLock(16, () => run(decided(script, 'python')));
    assert.match(again, /16 listed: 1 between two pages, 1 gone, 1 locked by others, 8 moved,/);
    assert.deepEqual(await queued(), [0, 2, 1, 4]);

    await worker.kill();
    await shop.redis.del('celery\x06\x166');
    await shop.worker('main', { queues: ['celery'] });
    await shop.until('six rows that are done', async () =>
      (await shop.database.value(`select count(*)::int from ${TABLE} where status = 'DONE'`)) === '6'
        ? true
        : undefined,
    );
    const done = await shop.database.value(
      `select string_agg(id::text, ' ' order by id) from ${TABLE} where status = 'DONE'`,
    );
    assert.equal(done, '1 2 3 4 5 15');
    const shipped = await shop.database.value(
      `select string_agg(id::text, ' ' order by id) from shop_order where state = 'SHIPPED'`,
    );
    assert.equal(shipped, done);
    assert.equal(await shop.database.value(`select count(*)::int from ${TABLE}`), '15', 'a new row was born');
    assert.equal(await shop.database.value(`select max(attempts)::text from ${TABLE}`), '1');
    assert.equal(await shop.database.value(`select count(*)::int from ${TABLE} where killed`), '0', 'a row ran twice');
  });

  it('do nothing inside of a transaction, which could forget what they did', async () => {
    await insert(2);
    const rows = await seen({ verdict: 'lost', confidence: 'likely', cause: 'message-missing' });
    const plan = planOf([...rows, ...(await seen())]);
    const before_ = await hash();
    for (const kind of ['dispatch', 'django'] as const) {
      const script = decided(quick(scriptOf(plan, kind)), 'python');
      const { code, printed } = await shop.django(
        `from django.db import transaction\ntransaction.set_autocommit(False)\n${script}`,
      );
      assert.equal(code, 1);
      assert.match(printed, /^Autocommit is off/m);
    }
    assert.equal(await hash(), before_);
    assert.deepEqual(await shop.redis.keys('celery*'), []);
  });

  it('dispatch nothing where the project has another broker, or runs its tasks itself', async () => {
    await insert(1);
    const rows = await seen({ verdict: 'lost', confidence: 'likely', cause: 'message-missing' });
    const script = decided(quick(scriptOf(planOf(rows), 'dispatch')), 'python');
    const before_ = await hash();
    for (const [settings, says] of [
      [{ broker_url: 'memory://' }, /is not Redis/],
      [
        { broker_url: `redis://:${PASSWORD}@127.0.0.1:1/0`, broker_transport_options: QUICK_TO_GIVE_UP },
        /cannot be searched/,
      ],
      [{ broker_url: shop.redisUrl, task_always_eager: true }, /would run here/],
    ] as const) {
      const { code, printed } = await shop.django(script, { CELERY_SETTINGS: JSON.stringify(settings) });
      assert.equal(code, 1);
      assert.match(printed, says);
      assert.ok(!printed.includes(PASSWORD), printed);
    }
    assert.equal(await hash(), before_);
  });
});

/** The same script with shorter waits. */
function quick(script: string): string {
  return script
    .replace(/^PAUSE = 5\b/m, 'PAUSE = 0')
    .replace(/^BATCH = 20\b/m, 'BATCH = 4')
    .replace(/^ASK_WORKERS = 2\b/m, 'ASK_WORKERS = 0');
}
