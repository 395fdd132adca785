import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import type { startDemo as StartDemo } from '../../tools/demo/index.mjs';
import { falseVerdicts, judgeIncident, lineOf, undetermined, type JudgedIncident } from '../support/incident';

type Demo = Awaited<ReturnType<typeof StartDemo>>;

/** Situations whose rows have a message in the broker. */
const WAITING = [3, 4];
const HELD = [8, 11];
/** Some of these wait, and the others are held. */
const EITHER = [9];

/** The incident that `npm start -- --broker rabbitmq` shows, compared with what its author knows of each row. */
describe('the incident on RabbitMQ', function () {
  this.timeout(120_000);
  let stateDir = '';
  let demo: Demo | undefined;
  let judged: JudgedIncident;

  before(async () => {
    const { startDemo } = await import('../../tools/demo/index.mjs');
    stateDir = mkdtempSync(join(tmpdir(), 'celery-demo-rabbitmq-'));
    demo = await startDemo({ stateDir, broker: 'rabbitmq' });
    judged = await judgeIncident(BUILT_IN_EFFECTS, servers());
  });
  after(async () => {
    await demo?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  function servers() {
    const { databaseUrl, redisUrl = '', rabbitUrl = '' } = demo!;
    return { databaseUrl, redisUrl, rabbitUrl };
  }

  /** The rows of each type that are in these situations. */
  function rowsOf(situations: readonly number[]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { id, situation } of judged.truth) {
      const task = judged.tasks.get(id) ?? '';
      if (situations.includes(situation)) counts.set(task, (counts.get(task) ?? 0) + 1);
    }
    return counts;
  }

  it('gives no verdict that is false, whether the workers are asked or not', async () => {
    const counts = new Map<string, number>();
    for (const { id, situation } of judged.truth) {
      const line = lineOf(judged, id, situation);
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    console.log('| situation | right | got | rows |\n|---|---|---|---|');
    for (const [line, rows] of [...counts].sort()) console.log(`${line} ${String(rows)} |`);
    assert.deepEqual(falseVerdicts(judged).slice(0, 20), []);
    const asked = await judgeIncident(BUILT_IN_EFFECTS, servers(), true);
    assert.deepEqual(falseVerdicts(asked).slice(0, 20), []);
    const held = asked.truth.filter(({ situation }) => HELD.includes(situation));
    assert.ok(held.length > 500);
    for (const { id } of held) assert.equal(asked.verdicts.get(id)?.verdict, 'held', String(id));
  });

  it('bounds every type that has no younger row, and each bound is true', () => {
    const [waiting, held, either] = [rowsOf(WAITING), rowsOf(HELD), rowsOf(EITHER)];
    const bounded = judged.diagnosis.taskTypes.filter(({ bounds }) => bounds);
    assert.equal(bounded.length, judged.diagnosis.taskTypes.length);
    for (const { taskModule, taskName, count, bounds } of bounded) {
      const task = `${taskModule}.${taskName}`;
      const { waitingAtMost, heldAtMost, nowhereAtLeast } = bounds!;
      const has = (rows: ReadonlyMap<string, number>): number => rows.get(task) ?? 0;
      assert.ok(has(waiting) <= waitingAtMost, `${task} waiting`);
      assert.ok(has(held) <= heldAtMost, `${task} held`);
      assert.ok(count - has(waiting) - has(held) - has(either) >= nowhereAtLeast, `${task} nowhere`);
    }
    const [largest] = bounded;
    assert.ok(
      (largest?.bounds?.nowhereAtLeast ?? 0) > (largest?.count ?? 0) / 2,
      'the bound of the largest type says something',
    );
  });

  it('names no Redis as the broker, and says what waits where and who holds it', () => {
    const { infrastructure, sources } = judged.diagnosis;
    assert.equal(infrastructure.broker?.kind, 'rabbitmq');
    assert.deepEqual(infrastructure.queues?.map(({ name }) => name).sort(), ['celery', 'hooks', 'reports']);
    assert.equal(infrastructure.workers?.length, 2);
    const broker = sources.find(({ name }) => name === 'broker');
    assert.doesNotMatch(broker?.detail ?? '', /Redis/);
    assert.ok(undetermined(judged) < judged.verdicts.size, 'effects and results still decide some');
  });

  it('opens a project with the .env of a platform on CloudAMQP', () => {
    const env = readFileSync(join(demo!.workspace, '.env'), 'utf8');
    assert.deepEqual(
      env.split('\n').flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []),
      ['DATABASE_URL', 'CLOUDAMQP_URL', 'REDIS_URL'],
    );
    const settings = readFileSync(join(demo!.workspace, 'breathecode', 'settings.py'), 'utf8');
    assert.match(settings, /^CELERY_BROKER_URL = env\("CLOUDAMQP_URL"\)$/m);
    assert.doesNotMatch(settings, /CELERY_BROKER_TRANSPORT_OPTIONS/);
  });
});
