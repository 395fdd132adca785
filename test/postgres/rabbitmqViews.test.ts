import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { Diagnosis } from '../../src/model/diagnosis';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { TestDatabase } from '../support/database';
import { checkRabbit, RABBIT_DIAGNOSIS, rabbitDiagnosis } from '../support/rabbitDiagnosis';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';

describePostgres('what the views of a RabbitMQ are tested with', (serverUrl) => {
  it('is what a check finds', async () => {
    const database = await TestDatabase.create(serverUrl);
    try {
      const found = await checkRabbit(database);
      const exported = diagnosisJson(found);
      if (process.env.CELERY_TASKS_WRITE === '1') writeFileSync(RABBIT_DIAGNOSIS, exported);
      assert.deepEqual(schemaErrors(JSON.parse(exported)), []);
      assert.deepEqual(shownOf(found), shownOf(rabbitDiagnosis()));
    } finally {
      await database.drop();
    }
  });
});

/** What the views' tests rest on. */
function shownOf({ taskTypes, infrastructure, sources }: Diagnosis): unknown {
  const { queues = [], workers = [], broker } = infrastructure;
  return {
    types: taskTypes.map(({ taskName, count, bounds, verdicts }) => ({ taskName, count, bounds, verdicts })),
    queues: queues.map(({ name, length, unacked, consumed, keeps }) => ({ name, length, unacked, consumed, keeps })),
    workers: workers.map(({ name, seen, queues: consumed, unacked }) => ({ name, seen, consumed, unacked })),
    broker: broker && [broker.product, broker.version, broker.address, broker.user, broker.blocked],
    sources: sources.map(({ name, state }) => `${name} ${state}`),
  };
}
