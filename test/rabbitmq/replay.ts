/** Captured states of RabbitMQ 4.0 and of quorum queues, through the whole check: no wrong verdict, and every bound holds. */
import assert from 'node:assert/strict';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { diagnose } from '../../src/check/diagnose';
import type { CheckOptions } from '../../src/check/options';
import type { Diagnosis } from '../../src/model/diagnosis';
import { TestDatabase } from '../support/database';
import { apiOf, fakeApi, situations, SITUATIONS, type Situation } from '../support/rabbitApi';
import { OPTIONS, snapshots } from '../support/scans';
import { postgresUrls } from '../support/servers';
import { createTaskTable, insertTasks } from '../support/taskTable';

const CHECK: CheckOptions = { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 1000, effects: [] } };
/** What the real server beside this does not make. */
const NOT_MADE = SITUATIONS.filter((name) => !name.endsWith('5.2.6-classic'));
/** More than any captured state has messages. */
const ROWS = 12;
/** Verdicts that no count of messages can give: nothing is known of these rows but that they are old. */
const DECIDED = ['lost', 'finished', 'failed', 'running', 'waiting', 'held'] as const;
/** Quorum queues make a check wait ten seconds, so that many wait at once. */
const AT_ONCE = 40;

export function replayedStates(): void {
  describe('captured states', function () {
    this.timeout(120_000);
    let database: TestDatabase;

    before(async () => {
      database = await TestDatabase.create(postgresUrls()[0]!);
      await createTaskTable(database);
      await insertTasks(
        database,
        Array.from({ length: ROWS }, (_, index) => ({
          task_name: 'send',
          task_id: `00000000-0000-4000-8000-0000000000${String(10 + index)}`,
          arguments: JSON.stringify({ args: [index], kwargs: {} }),
          created_at: '2024-01-01 00:00:00+00',
          updated_at: '2024-01-01 00:00:00+00',
        })),
      );
    });
    after(() => database.drop());

    const check = async (name: (typeof SITUATIONS)[number], state: Situation): Promise<Diagnosis> => {
      const server = await fakeApi(apiOf(name.startsWith('3') ? '3.10.8' : '4.0.5', state));
      const broker = rabbitBroker('amqp://app@127.0.0.1/', `http://127.0.0.1:${String(server.port)}`);
      try {
        return await diagnose({ postgres: snapshots(database.url), broker }, CHECK, {
          signal: new AbortController().signal,
          onProgress: () => undefined,
        });
      } finally {
        await server.close();
      }
    };

    it('no verdict is wrong, and every bound holds', async () => {
      // Those that wait first.
      const left = [...NOT_MADE].reverse().flatMap((name) => situations(name).map((state) => ({ name, state })));
      const lane = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift())
          holds(
            `${next.name} ${next.state.situation} ${next.state.at}`,
            next.state,
            await check(next.name, next.state),
          );
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    });
  });
}

function holds(what: string, state: Situation, { taskTypes, sources }: Diagnosis): void {
  const [type] = taskTypes;
  const why = `${what}: ${JSON.stringify([type?.bounds, type?.verdicts, sources], null, 1)}`;
  assert.deepEqual(
    DECIDED.filter((verdict) => (type?.verdicts?.[verdict] ?? 0) > 0),
    [],
    why,
  );
  const tasks = state.totals.filter((queue) => !/pidbox|^celeryev/.test(queue.name as string));
  const sum = (field: string): number => tasks.reduce((all, queue) => all + Number(queue[field] ?? 0), 0);
  const [ready, unacked] = [sum('messages_ready'), sum('messages_unacknowledged')];
  if (state.alarms?.http === 503) {
    assert.equal(type?.bounds, undefined, why);
    return;
  }
  assert.ok(type?.bounds, why);
  // Every message may be one of these rows', and none of them may be.
  const { waitingAtMost, deadLetteredAtMost = 0, delayedAtMost = 0 } = type.bounds;
  assert.ok(Math.min(ready, ROWS) <= waitingAtMost + deadLetteredAtMost + delayedAtMost, why);
  assert.ok(Math.min(unacked, ROWS) <= type.bounds.heldAtMost, why);
  assert.ok(type.bounds.nowhereAtLeast <= ROWS - Math.min(ROWS, ready + unacked), why);
}
