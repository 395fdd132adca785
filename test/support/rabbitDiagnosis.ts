/** A check with a RabbitMQ of which every view has something to show: a real check of real rows, with an API that plays a captured state. */
import { readFileSync } from 'node:fs';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { diagnose } from '../../src/check/diagnose';
import { parseEffectRules } from '../../src/effects/rules';
import type { Diagnosis } from '../../src/model/diagnosis';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import type { TestDatabase } from './database';
import { apiOf, fakeApi, situation, type Situation } from './rabbitApi';
import { OPTIONS, snapshots } from './scans';
import { createTaskTable, TABLE } from './taskTable';

/** As it was exported: `CELERY_TASKS_WRITE=1` has test/postgres/rabbitmqViews.test.ts write it anew. */
export const RABBIT_DIAGNOSIS = 'test/fixtures/rabbitmq/diagnosis.json';

export function rabbitDiagnosis(): Diagnosis {
  return readDiagnosis(readFileSync(RABBIT_DIAGNOSIS, 'utf8'), RABBIT_DIAGNOSIS);
}

const PLAYED = situation('3.10.8-celery-5.2.6-classic', 'two-workers');

const messages = (ready: number, unacked: number): Record<string, number> => ({
  messages_ready: ready,
  messages_unacknowledged: unacked,
  messages: ready + unacked,
});

const MESSAGES: Readonly<Record<string, Record<string, number>>> = { celery: messages(20, 4), emails: messages(14, 0) };

/** Two workers, messages that wait, some that a worker took, and a queue of rejected ones. */
const WAITING: Situation = {
  ...PLAYED,
  totals: [
    ...PLAYED.totals.map((queue) => ({ ...queue, ...MESSAGES[String(queue.name)] })),
    { name: 'dead', type: 'classic', state: 'running', ...messages(3, 0) },
  ],
  // The policy of the captured states has celery's rejected messages kept.
  queues: (PLAYED.queues ?? []).map((queue) => (queue.name === 'celery' ? { ...queue, policy: 'dlx' } : queue)),
  channels: (PLAYED.channels ?? []).map((channel) =>
    channel.messages_unacknowledged === 5 ? { ...channel, messages_unacknowledged: 4 } : channel,
  ),
};

/** Task types: how many rows, and how many hours ago the newest and the oldest of them ran. */
const TYPES = [
  ['billing.tasks', 'send_invoice', 1204, 950, 1400],
  ['crm.tasks', 'sync_contact', 310, 930, 1250],
  ['notify.tasks', 'send_sms', 30, 910, 915],
  ['billing.tasks', 'close_day', 1, 1000, 1000],
] as const;

/** Invoices of the first 400 tasks are there. */
const RULES = parseEffectRules(
  [
    {
      task: 'billing.tasks.send_invoice',
      table: 'billing_invoice',
      find: { id: ['args[0]'] },
      outcomes: [{ says: 'executed', text: 'Invoice {id} was sent.' }],
    },
  ],
  'rules',
);

/** @param database empty @returns what the check found, at servers whose names do not change */
export async function checkRabbit(database: TestDatabase): Promise<Diagnosis> {
  await createTaskTable(database);
  for (const [module, name, rows, newest, oldest] of TYPES)
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, task_id, arguments, created_at, last_run, started_at, updated_at)
       select $1::text, $2::text, 'SCHEDULED', md5($2::text || n)::uuid::text, jsonb_build_object('args', jsonb_build_array(n), 'kwargs', '{}'::jsonb), t, t, case when $2::text = 'sync_contact' then t end, t
       from generate_series(1, $3::int) n,
         lateral (select now() - interval '1 hour' * ($4::float8 + ($5::float8 - $4::float8) * n / $3::int) as t) times`,
      [module, name, rows, newest, oldest],
    );
  await database.run(
    'create table billing_invoice (id integer primary key); insert into billing_invoice select generate_series(1, 400)',
  );
  // Django keeps the results: the first 250 contacts were synchronized, and 20 failed.
  await database.run(
    `create table django_celery_results_taskresult (id serial primary key, task_id varchar(255) unique, status varchar(50),
       content_type varchar(128), content_encoding varchar(64), result text, date_done timestamptz, traceback text);
     insert into django_celery_results_taskresult (task_id, status, content_type, content_encoding, result, date_done)
     select md5('sync_contact' || n)::uuid::text, case when n > 250 then 'FAILURE' else 'SUCCESS' end, 'application/json', 'utf-8',
       case when n > 250 then '{"exc_type": "KeyError", "exc_message": ["email"], "exc_module": "builtins"}' else '"synchronized"' end,
       now() - interval '900 hours'
     from generate_series(1, 270) n`,
  );
  const server = await fakeApi(apiOf('3.10.8', WAITING));
  try {
    const broker = rabbitBroker('amqp://app:hunter2@127.0.0.1/shop', `http://127.0.0.1:${String(server.port)}`);
    const found = await diagnose(
      { postgres: snapshots(database.url), broker },
      { ...OPTIONS, verification: { askWorkers: false, maxQueueScan: 1000, effects: RULES } },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const { postgres } = found.infrastructure;
    const text = diagnosisJson(found)
      .replaceAll(postgres.address, 'db.example:5432/shop')
      .replaceAll(`127.0.0.1:${String(server.port)}`, 'rabbit.example:15672')
      .replaceAll('127.0.0.1:5672', 'rabbit.example:5672');
    return readDiagnosis(text, RABBIT_DIAGNOSIS);
  } finally {
    await server.close();
  }
}
