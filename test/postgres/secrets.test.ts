import assert from 'node:assert/strict';
import { DEFAULT_MASKED_KEYS } from '../../src/base/jsonText';
import type { Diagnosis, RowDetails } from '../../src/model/diagnosis';
import { verifyTask } from '../../src/check/verifyTask';
import { parseEffectRules } from '../../src/effects/rules';
import { diagnose } from '../../src/check/diagnose';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { markdown } from '../../src/report/markdown';
import { textLog } from '../../src/report/textLog';
import { readPage } from '../../src/tables/page';
import { formatProgress } from '../../src/model/progress';
import { canary } from '../support/canary';
import { TestDatabase } from '../support/database';
import { DELIMITERS } from '../support/delimiters';
import { keepOutput } from '../support/outputs';
import { check, inSnapshot, OPTIONS, snapshots } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

/** Every delimiter at once. */
const PASSWORD = canary(DELIMITERS.join(''));
const BIG = '12345678901234567890.10';

describePostgres('the password of the connection', (serverUrl) => {
  let database: TestDatabase;
  let url: string;

  before(async () => {
    database = await TestDatabase.create(serverUrl);
    const role = await database.createRole();
    await database.run(`alter role ${role} password '${PASSWORD.replaceAll("'", "''")}'`);
    await createTaskTable(database);
    await database.run(`grant select on ${TABLE} to ${role}`);
    const written = new URL(database.urlAs(role, ''));
    url = written.href.replace(`${role}@`, `${role}:${encodeURIComponent(PASSWORD)}@`);
    const forms = [PASSWORD, encodeURIComponent(PASSWORD), JSON.stringify(PASSWORD), url, `repr: '${PASSWORD}'`];
    for (const form of forms) {
      // As a task that failed to connect with it leaves it.
      const inJson = JSON.stringify(form);
      await insertTasks(database, [
        {
          status_message: `OperationalError: cannot connect with ${form} at all`,
          arguments: `{"id": ${BIG}, "dsn": ${inJson}, "deep": [{${inJson}: ${inJson}}]}`,
        },
      ]);
    }
    await insertTasks(database, [{ task_name: PASSWORD, status_message: 'x' }]);
    await insertTasks(database, [{ status: 'PENDING', status_message: PASSWORD, task_id: 'Kanari' }]);
  });
  after(() => database.drop());

  const assertClean = (...texts: readonly string[]): void => {
    keepOutput('secrets', ...texts);
    for (const text of texts) {
      assert.ok(text.includes('***'), 'something was taken out');
      for (const form of [PASSWORD, encodeURIComponent(PASSWORD), canary('')]) assert.ok(!text.includes(form));
    }
  };

  it('is in no report, log or export, and the rest of the data is as it was', async () => {
    const labels: string[] = [];
    const found: Diagnosis = await check(url, {}, { onProgress: (event) => labels.push(formatProgress(event)) });
    const json = diagnosisJson(found);
    assertClean(json, textLog(found), markdown(found, null).concat('***'), labels.join('\n'));
    assert.deepEqual(schemaErrors(JSON.parse(json)), []);
    assert.equal(json.split(BIG).length - 1, 5, 'numbers keep their digits');
    assert.equal(found.taskTypes.find((type) => type.taskName === 'send')?.count, 5);
    assert.match(json, /cannot connect with \*\*\* at all/);
  });

  it('is in no page of samples and in no row that is verified', async () => {
    const found = await check(url);
    const page = await inSnapshot(url, (snapshot) =>
      readPage(snapshot, {
        table: TABLE,
        type: { taskModule: 'shop.tasks', taskName: 'send' },
        statuses: ['SCHEDULED'],
        olderThan: found.parameters.olderThan,
        size: 10,
        maskedKeys: DEFAULT_MASKED_KEYS,
      }),
    );
    assert.equal(page.length, 5);
    const verification = { askWorkers: false, maxQueueScan: 1000, effects: [] };
    const run = { signal: new AbortController().signal, onProgress: () => undefined };
    const rows: (RowDetails | undefined)[] = [];
    for (const { id } of page)
      rows.push(await verifyTask({ postgres: snapshots(url) }, { ...OPTIONS, verification }, id, run));
    assert.ok(rows.every((row) => row?.verification !== undefined));
    for (const row of [...page, ...rows]) assertClean(JSON.stringify(row));
  });

  it("a rule for effects that fails tells the server's reason without the value of the row", async () => {
    await database.run(`create table letters (id bigint, note text); insert into letters values (1, 'row "value" 7');
      create view odd as select id, note::integer as note from letters;
      grant select on odd, letters to public`);
    await insertTasks(database, [{ task_name: 'post', arguments: '{"args": [1]}' }]);
    const effects = parseEffectRules(
      [
        {
          task: 'shop.tasks.post',
          table: 'odd',
          find: { id: ['args[0]'] },
          outcomes: [{ says: 'executed', text: '{note}' }],
        },
      ],
      'rules',
    );
    const verification = { askWorkers: false, maxQueueScan: 1000, effects };
    const run = { signal: new AbortController().signal, onProgress: () => undefined };
    const found = await diagnose({ postgres: snapshots(url) }, { ...OPTIONS, verification }, run);
    const source = found.sources.find(({ name }) => name === 'effects');
    assert.match(source?.detail ?? '', /query on odd failed \(invalid input syntax for type integer: "…"\)/);
    assert.doesNotMatch(diagnosisJson(found) + markdown(found, null), /row \\?"value/);
  });
});
