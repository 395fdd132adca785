import assert from 'node:assert/strict';
import type { CheckSources } from '../../src/check/options';
import { diagnose } from '../../src/check/diagnose';
import type { Diagnosis, RowDetails } from '../../src/model/diagnosis';
import { Problem } from '../../src/base/problem';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { OPTIONS, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks } from '../support/taskTable';

const TASK_ID = '00000000-0000-4000-8000-000000000001';

describePostgres('results in a database of their own', (serverUrl) => {
  let tasks: TestDatabase;
  let results: TestDatabase;

  before(async () => {
    tasks = await TestDatabase.create(serverUrl);
    results = await TestDatabase.create(serverUrl);
    await createTaskTable(tasks);
    await insertTasks(tasks, [{ task_id: TASK_ID, total_pages: 1 }]);
  });
  after(async () => {
    await tasks.drop();
    await results.drop();
  });
  beforeEach(() => results.run('drop table if exists celery_taskmeta'));
  afterEach(async () => {
    await tasks.assertNothingLeft();
    await results.assertNothingLeft();
  });

  function check(other: CheckSources['resultsDatabase']): Promise<Diagnosis> {
    const sources = { postgres: snapshots(tasks.url), ...(other ? { resultsDatabase: other } : {}) };
    const verification = { askWorkers: false, maxQueueScan: 1000, effects: [] };
    return diagnose(
      sources,
      { ...OPTIONS, verification },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
  }

  const stateOf = (diagnosis: Diagnosis): RowDetails['celeryState'] => diagnosis.taskTypes[0]?.samples[0]?.celeryState;
  const reportOf = (diagnosis: Diagnosis): string => {
    const report = diagnosis.sources.find(({ name }) => name === 'results');
    return `${String(report?.state)}: ${String(report?.detail)}`;
  };

  it('are found there', async () => {
    await results.run(`create table celery_taskmeta (id integer primary key, task_id varchar(155) unique, status varchar(50),
      result bytea, date_done timestamp, traceback text)`);
    await results.run(`insert into celery_taskmeta values (1, $1, 'FAILURE', null, '2026-10-01', null)`, [TASK_ID]);
    const diagnosis = await check(snapshots(results.url));
    assert.equal(stateOf(diagnosis), 'FAILURE');
    assert.match(reportOf(diagnosis), /^ok: the table celery_taskmeta at 127\.0\.0\.1/);
    assert.notEqual(stateOf(await check(undefined)), 'FAILURE');
  });

  it('are named where the database has no table of them', async () => {
    assert.match(reportOf(await check(snapshots(results.url))), /^unavailable: .*has no table of results/);
  });

  it('cost the check nothing else where the database cannot be read', async () => {
    const gone = await check(snapshots('postgresql://nobody@127.0.0.1:1/results'));
    assert.match(reportOf(gone), /^unavailable: Connection refused at 127\.0\.0\.1:1\. /);
    assert.equal(gone.taskTypes[0]?.count, 1);
    assert.match(
      reportOf(await check(new Problem('invalid', 'It cannot be read.'))),
      /^unavailable: It cannot be read$/,
    );
  });

  const whileVerifying = (work: () => Promise<unknown>): Promise<Diagnosis> => {
    const source = snapshots(results.url);
    const verification = { askWorkers: false, maxQueueScan: 1000, effects: [] };
    return diagnose(
      {
        postgres: snapshots(tasks.url),
        resultsDatabase: {
          address: source.address,
          read: (job, signal) =>
            source.read(async (snapshot) => {
              let first = true;
              return await job({
                query: async (text, values) => {
                  if (first && text.includes('celery_taskmeta') && text.includes('any($1')) {
                    first = false;
                    await work();
                  }
                  return await snapshot.query(text, values);
                },
              });
            }, signal),
        },
      },
      { ...OPTIONS, verification },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
  };
  const META = 'create table celery_taskmeta (task_id varchar(155) unique, status varchar(50))';
  const end = (database: TestDatabase, name: string): Promise<void> =>
    database.run(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and application_name = 'celery-task-diagnostics'`,
    );

  it('cost the check nothing else when the session ends in the middle', async () => {
    await results.run(META);
    const diagnosis = await whileVerifying(() => end(tasks, results.name));
    assert.match(reportOf(diagnosis), /^unavailable: .*gives no more results/);
    assert.equal(diagnosis.taskTypes[0]?.count, 1);
  });

  it('are not blamed when the session of the tasks ends', async () => {
    await results.run(META);
    const problem = await problemOf(() => whileVerifying(() => end(results, tasks.name)), 'connection-lost');
    assert.ok(problem.message.includes(tasks.name) && !problem.message.includes(results.name), problem.message);
  });

  it('leave nothing behind when the check is cancelled', async () => {
    const stop = new AbortController();
    const verification = { askWorkers: false, maxQueueScan: 1000, effects: [] };
    const running = diagnose(
      { postgres: snapshots(tasks.url), resultsDatabase: snapshots(results.url) },
      { ...OPTIONS, verification },
      {
        signal: stop.signal,
        onProgress: ({ label }) => {
          if (label.startsWith('Verifying')) stop.abort();
        },
      },
    );
    await assert.rejects(running, { kind: 'cancelled' });
  });
});
