import assert from 'node:assert/strict';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { checkPlan, diagnose } from '../../src/check/diagnose';
import type { CheckOptions } from '../../src/check/options';
import type { Diagnosis } from '../../src/model/diagnosis';
import { TestDatabase } from '../support/database';
import { apiOf, fakeApi, situation } from '../support/rabbitApi';
import { OPTIONS, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks } from '../support/taskTable';

const CLASSIC = '4.0.5-celery-5.5.2-classic';
const CHECK: CheckOptions = { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 1000, effects: [] } };

describePostgres('a check with a RabbitMQ', (serverUrl) => {
  let database: TestDatabase;

  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    const stuck = (task_name: string, id: number) => ({
      task_name,
      task_id: `00000000-0000-4000-8000-0000000000${String(10 + id)}`,
      arguments: JSON.stringify({ args: [id], kwargs: { task_manager_id: id } }),
      created_at: '2024-01-01 00:00:00+00',
      updated_at: '2024-01-01 00:00:00+00',
    });
    const ids = Array.from({ length: 12 }, (_, index) => index + 1);
    await insertTasks(
      database,
      ids.map((id) => stuck(id <= 10 ? 'send' : 'bill', id)),
    );
  });
  after(() => database.drop());

  async function check(answers: ReturnType<typeof apiOf>, onStep?: (step: string) => void): Promise<Diagnosis> {
    const server = await fakeApi(answers);
    const management = `http://127.0.0.1:${String(server.port)}`;
    const broker = rabbitBroker('amqp://app:hunter2@127.0.0.1/', management);
    try {
      return await diagnose({ postgres: snapshots(database.url), broker }, CHECK, {
        signal: new AbortController().signal,
        onProgress: ({ step, steps }) => {
          onStep?.(`${String(step)}/${String(steps)}`);
        },
      });
    } finally {
      await server.close();
    }
  }

  it('counts its messages before and after the snapshot, in a step of its own', async () => {
    const steps = new Set<string>();
    const diagnosis = await check(apiOf('4.0.5', situation(CLASSIC, 'queued-no-worker')), (step) => steps.add(step));
    const broker = rabbitBroker('amqp://127.0.0.1/');
    const all = checkPlan(true, broker).length;
    assert.equal(all, checkPlan(true).length + 1);
    assert.deepEqual(
      [...steps],
      checkPlan(true, broker).map((_, index) => `${String(index + 1)}/${String(all)}`),
    );
    assert.ok(diagnosis.cost?.steps.some(({ name }) => name === 'Counting the messages a second time'));
    assert.ok((diagnosis.cost?.rabbitmq?.commands ?? 0) > 10);
    assert.equal(diagnosis.infrastructure.broker?.kind, 'rabbitmq');
    assert.equal(diagnosis.infrastructure.redis, undefined);
  });

  it('says of each type how many of its tasks can have a message, and of no task that it is lost', async () => {
    const { taskTypes } = await check(apiOf('4.0.5', situation(CLASSIC, 'queued-no-worker')));
    assert.deepEqual(
      taskTypes.map(({ taskName, bounds, verdicts }) => [taskName, bounds, verdicts]),
      [
        ['send', { waitingAtMost: 3, heldAtMost: 0, nowhereAtLeast: 7 }, { unknown: 10 }],
        ['bill', { waitingAtMost: 2, heldAtMost: 0, nowhereAtLeast: 0 }, { unknown: 2 }],
      ],
    );
  });

  it('bounds nothing while an alarm blocks publishers', async () => {
    const { taskTypes, sources } = await check(apiOf('4.0.5', situation(CLASSIC, 'memory-alarm', 'after')));
    assert.deepEqual(
      taskTypes.map(({ bounds }) => bounds),
      [undefined, undefined],
    );
    assert.match(sources.find(({ name }) => name === 'broker')?.detail ?? '', /a memory alarm blocks all publishers/);
  });
});
