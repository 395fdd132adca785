import assert from 'node:assert/strict';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { checkPlan, diagnose } from '../../src/check/diagnose';
import type { Caller, CheckOptions, CheckSources } from '../../src/check/options';
import { storyPlan, tellStory } from '../../src/check/taskStory';
import { verifyTask } from '../../src/check/verifyTask';
import type { Diagnosis } from '../../src/model/diagnosis';
import { TestDatabase } from '../support/database';
import { apiOf, fakeApi, situation } from '../support/rabbitApi';
import { OPTIONS, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

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

  /** @param onStep hears `3/8` */
  async function reading<T>(
    answers: ReturnType<typeof apiOf>,
    work: (sources: CheckSources, caller: Caller) => Promise<T>,
    onStep?: (step: string) => void,
  ): Promise<T> {
    const server = await fakeApi(answers);
    const management = `http://127.0.0.1:${String(server.port)}`;
    const broker = rabbitBroker('amqp://app:hunter2@127.0.0.1/', management);
    try {
      return await work(
        { postgres: snapshots(database.url), broker },
        {
          signal: new AbortController().signal,
          onProgress: ({ step, steps }) => {
            onStep?.(`${String(step)}/${String(steps)}`);
          },
        },
      );
    } finally {
      await server.close();
    }
  }

  function check(answers: ReturnType<typeof apiOf>, onStep?: (step: string) => void): Promise<Diagnosis> {
    return reading(answers, (sources, caller) => diagnose(sources, CHECK, caller), onStep);
  }

  const STORY = { ...CHECK, verification: { askWorkers: false, maxQueueScan: 1000, effects: [] } };
  const brokerOf = (evidence: readonly { readonly source: string; readonly says: string }[] = []): string =>
    evidence.find(({ source }) => source === 'broker')?.says ?? '';

  it('counts twice for one task too, in a step of its own', async () => {
    const answers = apiOf('4.0.5', situation(CLASSIC, 'queued-no-worker'));
    const verified = new Set<string>();
    const row = await reading(
      answers,
      (sources, caller) => verifyTask(sources, CHECK, 1, caller),
      (step) => verified.add(step),
    );
    assert.match(brokerOf(row?.verification?.evidence), /So at most 3 tasks of all types can have a message there\.$/);
    assert.deepEqual([...verified], ['1/5', '2/5', '3/5', '4/5', '5/5']);
    const told = new Set<string>();
    const story = await reading(
      answers,
      (sources, caller) => tellStory(sources, STORY, { by: 'row', id: 1 }, caller),
      (step) => told.add(step),
    );
    assert.match(brokerOf(story.verification?.evidence), /So at most 3 tasks of all types can have a message there\.$/);
    const plan = storyPlan(rabbitBroker('amqp://127.0.0.1/'));
    assert.equal(plan.length, storyPlan().length + 1);
    assert.deepEqual(
      [...told],
      plan.map((_, place) => `${String(place + 1)}/${String(plan.length)}`),
    );
  });

  it('waits for no number where the row records how its task ended', async () => {
    await database.run(`update ${TABLE} set status = 'DONE' where id = 12`);
    const steps = new Set<string>();
    await reading(
      apiOf('4.0.5', situation(CLASSIC, 'queued-no-worker')),
      (sources, caller) => tellStory(sources, STORY, { by: 'row', id: 12 }, caller),
      (step) => steps.add(step),
    );
    await database.run(`update ${TABLE} set status = 'SCHEDULED' where id = 12`);
    assert.ok(!steps.has('5/7') && steps.has('7/7'), [...steps].join());
  });

  it('says of an id that no row has how many messages there can be', async () => {
    const story = await reading(apiOf('4.0.5', situation(CLASSIC, 'queued-no-worker')), (sources, caller) =>
      tellStory(sources, STORY, { by: 'row', id: 4711 }, caller),
    );
    assert.match(brokerOf(story.elsewhere?.evidence), /So at most 3 tasks of all types can have a message there\.$/);
  });

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
