import assert from 'node:assert/strict';
import { diagnose } from '../../src/check/diagnose';
import { explain } from '../../src/check/explainScan';
import { createScanIndex } from '../../src/tables/taskManager/scanIndex';
import { SLOW_PASS_MS, slowScanAdvice } from '../../src/check/slowScan';
import type { Diagnosis, Recommendation } from '../../src/model/diagnosis';
import { ProgressSteps } from '../../src/model/progress';
import { limitToTable, withoutLimit } from '../../src/tables/budget';
import { scanStatements } from '../../src/tables/explainScan';
import { findTable } from '../../src/tables/findTable';
import { readPlan } from '../../src/sql/plan';
import { scan, SCAN_STEPS, type ScanResult } from '../../src/tables/scan';
import type { Row, Snapshot, SnapshotSource } from '../../src/ports/database';
import { UNMETERED } from '../../src/ports/meter';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { check, inSnapshot, OPTIONS, snapshots } from '../support/scans';
import { describePostgres, pgbouncerUrl } from '../support/servers';
import { listen, pipeTo } from '../support/sockets';
import { createTaskTable, TABLE } from '../support/taskTable';

const NEVER = new AbortController().signal;
const VERIFICATION = { askWorkers: false, maxQueueScan: 1000, effects: [] };
const QUIET = { signal: NEVER, onProgress: () => undefined };

describePostgres('what a check costs the server', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, last_run, arguments)
       select 'shop.tasks', 't' || i / 5 % 20, case when i % 5 = 0 then 'SCHEDULED' else 'DONE' end,
              now() - interval '1000 hours' - i * interval '1 second', jsonb_build_object('text', repeat('x', 200))
         from generate_series(1, 20000) i`,
    );
    await database.run(`vacuum analyze ${TABLE}`);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  const scanOf = (snapshot: Snapshot): Promise<ScanResult> =>
    scan(snapshot, OPTIONS, new ProgressSteps(SCAN_STEPS, () => undefined));

  it('is counted: queries, rows, and the bytes that came over the line', async () => {
    let passed = 0;
    const { hostname: host, port } = new URL(database.url);
    const between = await listen((line) => {
      pipeTo(line, { host, port: Number(port) });
      const write = line.write.bind(line);
      line.write = (bytes: Buffer) => {
        passed += bytes.length;
        return write(bytes);
      };
    });
    try {
      const url = new URL(database.url);
      url.port = String(between.port);
      const { cost, taskTypes } = await check(url.href);
      assert.ok(cost);
      const { connections, queries, rows, receivedBytes, waitedMs, longestQueryMs } = cost.postgres;
      assert.deepEqual([connections, cost.redis], [1, undefined]);
      // The table and its columns, the clock, the groups and the samples, and the settings beside them.
      assert.ok(queries >= 5 && queries <= 8, String(queries));
      const shown = taskTypes.reduce((sum, type) => sum + type.samples.length, 0);
      assert.equal(shown, 20 * 5);
      assert.ok(rows > shown + taskTypes.length && rows < shown + taskTypes.length + 60, String(rows));
      // What ends the transaction and the session comes after the count.
      assert.ok(receivedBytes !== null && receivedBytes <= passed, `${String(receivedBytes)} of ${String(passed)}`);
      assert.ok(passed - receivedBytes < 200, `${String(receivedBytes)} of ${String(passed)}`);
      assert.ok(longestQueryMs <= waitedMs);
      assert.ok(cost.steps.length === SCAN_STEPS.length + 2 && cost.steps[0]?.name === 'Connecting');
    } finally {
      await between.close();
    }
  });

  it('is one connection at a time, with verification too', async () => {
    const role = await database.createRole();
    await database.run(`grant select on ${TABLE} to ${role}; alter role ${role} connection limit 1`);
    const url = database.urlAs(role);
    // The server itself refuses a second one.
    const second = (): Promise<unknown> => snapshots(url).read((snapshot) => snapshot.query('select 1'), NEVER);
    await snapshots(url).read(() => problemOf(second, 'too-many-connections'), NEVER);
    await database.assertNothingLeft();
    const { cost } = await diagnose({ postgres: snapshots(url) }, { ...OPTIONS, verification: VERIFICATION }, QUIET);
    assert.equal(cost?.postgres.connections, 2, 'one after the other');
  });

  it('is limited by a time that fits the table, for its scan', async () => {
    await database.run(`create view ${TABLE}_view as select * from ${TABLE}`);
    await createTaskTable(database, {
      name: 'in_parts',
      types: { id: 'bigint' },
      suffix: 'partition by hash (id)',
    });
    await database.run('create table part partition of in_parts for values with (modulus 1, remainder 0)');
    await database.run(
      `insert into in_parts (id, task_module, task_name, status, last_run) values (1, 'm', 'n', 'DONE', now())`,
    );
    await database.run(`create table parent (like ${TABLE}); create table child () inherits (parent)`);
    await database.run(`create foreign data wrapper nothing; create server nowhere foreign data wrapper nothing;
      create table partly_foreign (like ${TABLE}) partition by hash (id);
      create foreign table far partition of partly_foreign for values with (modulus 1, remainder 0) server nowhere`);
    const source = snapshots(database.url, { statementTimeoutMs: 400_000 });
    const allowed = (snapshot: Snapshot): Promise<string | null | undefined> =>
      snapshot
        .query(`select setting from pg_settings where name = 'statement_timeout'`)
        .then((rows) => rows[0]?.setting);
    await source.read(async (snapshot) => {
      assert.equal(await allowed(snapshot), '400000');
      await limitToTable(snapshot, await findTable(snapshot, TABLE));
      const small = Number(await allowed(snapshot));
      assert.ok(small >= 40_000 && small < 41_000, String(small));
      await withoutLimit(snapshot);
      assert.equal(await allowed(snapshot), '400000');
      await snapshot.limitTime?.((mostMs) => mostMs * 2);
      assert.equal(await allowed(snapshot), '400000', 'never more than the setting');
      await limitToTable(snapshot, await findTable(snapshot, 'in_parts'));
      assert.equal(Math.round(Number(await allowed(snapshot)) / 100), 400);
      // Where the rows are elsewhere, the size of its own file says nothing.
      for (const name of [`${TABLE}_view`, 'partly_foreign', 'parent']) {
        await limitToTable(snapshot, await findTable(snapshot, name));
        assert.equal(await allowed(snapshot), '400000', name);
        await limitToTable(snapshot, await findTable(snapshot, TABLE));
      }
      await withoutLimit(snapshot);
      assert.equal(await allowed(snapshot), '400000');
      const [waits] = await snapshot.query(
        `select current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle`,
      );
      assert.deepEqual(waits, { lock: '3s', idle: '1min' });
    }, NEVER);
  });

  it('uses that time in a check, and gives what follows the scan all of it', async () => {
    const seen: (readonly [string, string | null | undefined])[] = [];
    const source = watching(snapshots(database.url, { statementTimeoutMs: 400_000 }), async (text, ask) => {
      const [row] = await ask(`select setting from pg_settings where name = 'statement_timeout'`);
      seen.push([text, row?.setting]);
    });
    await diagnose({ postgres: source }, { ...OPTIONS, verification: VERIFICATION }, QUIET);
    const pass = seen.findIndex(([text]) => text.includes('with bins as'));
    assert.ok(pass > 0 && Number(seen[pass]![1]) < 41_000, String(seen[pass]));
    assert.ok(seen.length > pass + 3);
    assert.equal(seen.at(-1)![1], '400000');
  });

  it('says how long a statement was allowed to take when it took longer', async () => {
    const late = (budget: (mostMs: number) => number) => (): Promise<unknown> =>
      snapshots(database.url, { statementTimeoutMs: 300 }).read(async (snapshot) => {
        await snapshot.limitTime?.(budget);
        await snapshot.query('select pg_sleep(10)');
      }, NEVER);
    const most = await problemOf(
      late((mostMs) => mostMs + 1000),
      'timeout',
    );
    assert.match(most.message, /statement timeout of 0\.3 s\. Raise/, 'never more than the setting');
    const share = await problemOf(
      late(() => 100),
      'timeout',
    );
    assert.match(share.message, /statement timeout of 0\.1 s, the share of 0\.3 s for a table of this size\. Raise/);
  });

  it('is explained on request by the very statements of a scan, which are not run for it', async () => {
    const sent = await inSnapshot(database.url, async (snapshot, statements) => {
      await scanOf(snapshot);
      return [...statements];
    });
    const { explanation, server } = await explain(snapshots(database.url), OPTIONS, 'plan', NEVER);
    assert.deepEqual([server.table, server.estimatedRows], [`"public"."${TABLE}"`, 20_000]);
    assert.ok(explanation.statements.length > 0);
    for (const { text, plan } of explanation.statements) {
      assert.ok(sent.includes(text), text);
      const { reads, milliseconds } = readPlan(plan);
      assert.deepEqual(
        reads.map(({ kind, name }) => [kind, name]),
        [['sequential', TABLE]],
      );
      assert.equal(milliseconds, undefined, 'only planned');
    }
    const settings = new Map(explanation.settings.map(({ name, value }) => [name, value]));
    assert.deepEqual(
      [settings.get('enable_sort'), settings.get('jit'), settings.get('lock_timeout')],
      ['off', 'off', '3s'],
    );
  });

  it('is measured on request, within the read-only transaction', async () => {
    const { explanation } = await explain(snapshots(database.url), OPTIONS, 'analyze', NEVER);
    const facts = explanation.statements.map(({ plan }) => readPlan(plan));
    assert.ok(facts.every(({ milliseconds = 0 }) => milliseconds > 0));
    assert.equal(facts[0]?.rowsRemoved, 16_000, 'over all loops of all workers');
    assert.ok((facts[0].pagesHit ?? 0) + (facts[0].pagesRead ?? 0) > 500);
    const stopped = new AbortController();
    stopped.abort();
    await problemOf(() => explain(snapshots(database.url), OPTIONS, 'analyze', stopped.signal), 'cancelled');
    await problemOf(
      () => explain(snapshots(database.url), { ...OPTIONS, table: 'nowhere' }, 'plan', NEVER),
      'table-missing',
    );
  });

  it('is the same through PgBouncer: explained, limited, and nothing of it stays in the shared session', async () => {
    const url = new URL(pgbouncerUrl(serverUrl));
    url.pathname = new URL(database.url).pathname;
    await explain(snapshots(url.href), OPTIONS, 'analyze', NEVER);
    const { cost } = await check(url.href);
    assert.ok((cost?.postgres.receivedBytes ?? 0) > 1000);
    const [left] = await snapshots(url.href, { statementTimeoutMs: 7000 }).read(async (snapshot) => {
      await snapshot.query('commit');
      return await snapshot.query(
        `select current_setting('statement_timeout') as time, current_setting('enable_sort') as sort`,
      );
    }, NEVER);
    assert.deepEqual(left, { time: '0', sort: 'on' });
    // The pooler keeps its session for the next client; here it would be taken for one of ours.
    for (const { pid } of await database.ourSessions()) await database.run('select pg_terminate_backend($1)', [pid]);
  });

  describe('when it is slow for want of an index', () => {
    /** What is advised of a pass that took so long, over a table that is said to be so large. */
    const advised = (passMs: number, bytes = 2e9, options = OPTIONS): Promise<Recommendation[]> =>
      inSnapshot(database.url, async (snapshot) => {
        const found = await scan(snapshot, options, new ProgressSteps(SCAN_STEPS, () => undefined));
        return await slowScanAdvice(snapshot, { ...found, table: { ...found.table, bytes } }, options, passMs);
      });

    it('is told with what was measured, the price and the way back', async () => {
      const [advice] = await advised(4200);
      assert.ok(advice);
      assert.match(
        advice.why,
        /took 4\.2 s\. It reads all 2,000 MB, about 20,000 rows, of which 20% are old and not finished/,
      );
      assert.match(advice.evidence[0] ?? '', new RegExp(`reads ${TABLE} from its first page to its last`));
      assert.ok(advice.evidence.some((line) => line.includes('more WAL')));
      assert.ok(advice.actions.some((line) => line.startsWith('To undo it: DROP INDEX CONCURRENTLY')));
      assert.equal(advice.rows, undefined);
    });

    it('is not told of a fast pass, a small table, or where nothing is stuck', async () => {
      assert.deepEqual(await advised(SLOW_PASS_MS - 1), []);
      assert.deepEqual(await advised(60_000, 50_000_000), []);
      assert.deepEqual(await advised(60_000, 2e9, { ...OPTIONS, statuses: ['PAUSED'] }), []);
    });

    it('is told last by a check whose pass was slow, with verification and without', async () => {
      const slow = watching(snapshots(database.url), async (text) => {
        if (text.includes('with bins as')) await new Promise((done) => setTimeout(done, SLOW_PASS_MS + 50));
      });
      const large: SnapshotSource = {
        ...slow,
        read: (work, signal, meter) =>
          slow.read(
            (snapshot) =>
              work({
                ...snapshot,
                query: async (text, values) => {
                  const rows = await snapshot.query(text, values);
                  return rows.map((row) => ('bytes' in row ? { ...row, bytes: '2000000000' } : row));
                },
              }),
            signal,
            meter,
          ),
      };
      const ids = ({ recommendations }: Diagnosis): string[] => recommendations.map(({ id }) => id);
      const [plain, verified] = await Promise.all([
        diagnose({ postgres: large }, OPTIONS, QUIET),
        diagnose({ postgres: large }, { ...OPTIONS, verification: VERIFICATION }, QUIET),
      ]);
      for (const diagnosis of [plain, verified]) {
        assert.ok(ids(diagnosis).length > 1);
        assert.equal(ids(diagnosis).at(-1), 'scan-index');
      }
      assert.ok(!ids(await check(database.url)).includes('scan-index'));
    });

    it('is cured by the index that the advice gives, and undone by its other statement', async () => {
      const snippets = createScanIndex({ sql: `"public"."${TABLE}"` });
      const [create, drop] = snippets.map(({ text }) => text);
      const plan = (): Promise<string[]> =>
        inSnapshot(database.url, async (snapshot) => {
          const found = await scanOf(snapshot);
          const pass = (await scanStatements(snapshot, found.table, OPTIONS)).at(-1);
          const rows = await snapshot.query(`explain ${pass!.text}`, pass!.values);
          return readPlan(rows.map((row) => row['QUERY PLAN'] ?? '')).reads.map(({ kind }) => kind);
        });
      const found = await check(database.url);
      assert.deepEqual(await plan(), ['sequential']);
      await database.run(create!);
      await database.run(`vacuum analyze ${TABLE}`);
      assert.deepEqual(await plan(), ['index-only'], 'the planner takes it for the scan as it is');
      assert.deepEqual(await advised(60_000), [], 'nobody needs it twice');
      const counts = ({ taskTypes }: Diagnosis): unknown =>
        taskTypes.map((type) => [type.taskName, type.count, type.samples]);
      assert.deepEqual(counts(await check(database.url)), counts(found));
      await database.run(drop!);
      assert.deepEqual(await plan(), ['sequential']);
      await database.run(`create index other on ${TABLE} (last_run) where status = 'SCHEDULED'`);
      assert.deepEqual(await advised(60_000), [], 'one by status is there');
      await database.run('drop index other');
    });
  });
});

/** A source in which something is done before each query, as a part of it. @param before may ask the snapshot itself */
function watching(
  source: SnapshotSource,
  before: (text: string, ask: (text: string) => ReturnType<Snapshot['query']>) => Promise<void>,
): SnapshotSource {
  return {
    address: source.address,
    read: (work, signal, meter = UNMETERED) =>
      source.read(
        (snapshot) =>
          work({
            query: (text, values) => {
              const asked = async (): Promise<Row[]> => {
                await before(text, (own) => snapshot.query(own));
                return await snapshot.query(text, values);
              };
              return meter.waits('postgres', asked, text);
            },
            limitTime: async (budget) => await snapshot.limitTime?.(budget),
          }),
        signal,
      ),
  };
}
