import assert from 'node:assert/strict';
import { readPlan } from '../../../src/sql/plan';
import { planInWords } from '../../../src/sql/planWords';
import { statementBudget } from '../../../src/tables/budget';
import { planText } from '../../../src/report/planText';

/** Of PostgreSQL 18.4, shortened. */
const MEASURED =
  `Finalize HashAggregate  (cost=62000.00..62200.00 rows=12495 width=120) (actual time=1290.1..1295.2 rows=490.00 loops=1)
  Group Key: task_manager_taskmanager.status, task_manager_taskmanager.task_module
  Batches: 1  Memory Usage: 18449kB
  Buffers: shared hit=29312 read=22472, temp read=12 written=100
  ->  Gather  (cost=61674.42..61675.00 rows=24990 width=120) (actual time=1200.0..1250.0 rows=1470.00 loops=1)
        Workers Planned: 2
        Workers Launched: 1
        Buffers: shared hit=29312 read=22472
        ->  Parallel Seq Scan on task_manager_taskmanager  (cost=0.00..61674.42 rows=104198 width=70) (actual time=0.03..300.1 rows=83333.00 loops=3)
              Filter: (((status)::text <> ALL ('{DONE}'::text[])) AND (last_run <= now()))
              Rows Removed by Filter: 250147
              Buffers: shared hit=29312 read=22472
Planning:
  Buffers: shared hit=7
Planning Time: 1.210 ms
Execution Time: 1301.500 ms`.split('\n');

const PLANNED = `HashAggregate  (cost=1.00..2.00 rows=1 width=4)
  ->  Index Only Scan using "odd ""name""" on task_manager_taskmanager  (cost=0.42..17230.09 rows=252267 width=70)
        Index Cond: (last_run <= now())`.split('\n');

describe('sql/plan', () => {
  it('a plan of EXPLAIN is read: what it reads and how, what was measured, rows over all loops', () => {
    assert.deepEqual(readPlan(MEASURED), {
      reads: [{ kind: 'sequential', parallel: true, name: 'task_manager_taskmanager' }],
      workersPlanned: 2,
      workersLaunched: 1,
      rowsRemoved: 750_441,
      milliseconds: 1301.5,
      pagesHit: 29_312,
      pagesRead: 22_472,
      pagesSpilled: 100,
    });
    assert.deepEqual(readPlan(PLANNED), {
      reads: [{ kind: 'index-only', parallel: false, name: '"odd ""name"""' }],
      workersPlanned: 0,
    });
    assert.deepEqual(readPlan([]), { reads: [], workersPlanned: 0 });
  });

  it('a plan of EXPLAIN takes no line for a node that only speaks of one', () => {
    const { reads, workersPlanned } = readPlan(["  Filter: (a = 'Seq Scan on b'::text)", '  CTE Seq Scan on c', "  Filter: (a = 'Workers Planned: 7')"]); // prettier-ignore
    assert.deepEqual([reads, workersPlanned], [[], 0]);
  });

  it('a plan of EXPLAIN is put into two sentences', () => {
    assert.deepEqual(planInWords(MEASURED, true), [
      'It reads task_manager_taskmanager from its first page to its last (a sequential scan), with 2 parallel workers planned and 1 launched.',
      "It took 1.30 s, 240.1 MB from the server's memory and 184.1 MB from its disk or the operating system's cache, 750,441 rows read and discarded, 0.8 MB spilled to temporary files.",
    ]);
    assert.deepEqual(planInWords(['Aggregate', "  ->  Sample Scan on x  (cost=1.0..2.0 rows=1 width=8)", "        Sampling: system ('2'::real)"], false), [
      'It reads some pages of x, chosen at random (a sample scan), in one process.',
    ]); // prettier-ignore
    assert.deepEqual(planInWords(PLANNED, false), ['It reads the index "odd ""name""" alone, in one process.']);
  });

  it('a plan of EXPLAIN is a document that stays SQL with comments, whatever names are in it', () => {
    const text = planText({
      server: { serverVersion: '18.4', address: 'h:5432/d', table: '"p"."a\ndrop table b"', estimatedRows: null, tableBytes: 0 },
      explanation: {
        mode: 'plan',
        settings: [{ name: 'jit', value: 'off' }],
        statements: [{ name: 'the pass', text: 'select\n\n  1', values: [906, ['A\nB']], plan: ['Seq Scan on x\ny'] }],
      },
    }); // prettier-ignore
    const lines = text.trimEnd().split('\n');
    assert.deepEqual(
      lines.filter((line) => line !== '' && !line.startsWith('--')),
      ['select', '  1'],
    );
    assert.ok(lines.includes('-- $2 = ["A\\nB"]'));
    assert.ok(lines.includes('--   jit = off'));
    assert.ok(lines.includes('--   Seq Scan on x\\ny'));
    assert.match(text, /^-- How PostgreSQL 18\.4 at h:5432\/d would run a check's scan\n/);
  });
});

describe('sql/plan', () => {
  it("a scan's time grows with the table up to what the setting allows, and is never less than ten seconds of it", () => {
    const MOST = 300_000;
    assert.equal(statementBudget(0, MOST), 30_000);
    assert.equal(statementBudget(1e9, MOST), 97_500);
    assert.equal(statementBudget(4e9, MOST), MOST);
    assert.equal(statementBudget(4e12, MOST), MOST);
    assert.equal(statementBudget(null, MOST), MOST, 'of a view nobody knows the size');
    assert.equal(statementBudget(0, 60_000), 10_000);
    assert.equal(statementBudget(0, 5000), 5000);
    assert.equal(statementBudget(0, 600_000), 60_000, 'who raises the setting raises all of them');
  });
});
