import { count } from '../../base/numbers';
import { shellWord } from '../../base/shellWord';
import { isSafe } from '../../base/unsafeText';
import type { BrokerCondition } from '../../model/diagnosis';
import type { Advice, Found } from './advice';
import { LINKS } from './links';
import { celeryInspect, startWorker } from './snippets';

/** Workers that take nothing, or cannot take more. */
export function rabbitWorkerAdvice({ world }: Found, conditions: readonly BrokerCondition[]): Advice[] {
  const { rabbit } = world.broker;
  if (!rabbit) return [];
  const of = (kind: BrokerCondition['kind']): BrokerCondition[] => conditions.filter((each) => each.kind === kind);
  const [refused, qos, full] = [of('mailboxes-refused'), of('global-qos'), of('eta-blocked')];
  const [idle, shared, silent] = [of('consumes-nothing'), of('shared-worker-name'), of('no-heartbeat')];
  const out: Advice[] = [];
  if (refused.length + qos.length > 0) out.push(upgradeCelery(refused, qos));
  if (full.length > 0)
    out.push({
      id: 'free-workers',
      rows: 0,
      title: `Start another worker for ${count(full.length, 'quorum queue')} whose workers are full`,
      why: 'These workers hold as many messages as they may, and took no other one during this check. Long tasks do that. So do tasks with a countdown or an ETA: a worker holds such a task until its time, and each takes a place on a quorum queue.',
      evidence: says(full),
      actions: [
        'celery -A <project> inspect scheduled shows the tasks with a countdown or an ETA that workers hold',
        `celery -A <project> worker -Q ${full.map(({ queue = '' }) => queue).join(',')}`,
        'With Celery 5.5 or later, send tasks to a queue whose exchange is a topic exchange: then RabbitMQ keeps them until their time, and no worker holds them',
      ],
      snippets: [...startWorker(full.map(({ queue = '' }) => queue)), celeryInspect('scheduled', rabbit)],
      links: [LINKS.calling],
    });
  if (idle.length > 0)
    out.push({
      id: 'consume-again',
      rows: 0,
      title: `Let ${count(idle.length, 'worker')} take tasks again`,
      why: `${idle.length === 1 ? 'This worker is' : 'These workers are'} connected and ${idle.length === 1 ? 'consumes' : 'consume'} no queue, as after cancel_consumer.`,
      evidence: says(idle),
      actions: [...addConsumer(idle), 'Or restart the worker'],
      snippets: [celeryInspect('active_queues', rabbit)],
      links: [LINKS.workers],
    });
  if (shared.length > 0)
    out.push({
      id: 'name-workers',
      rows: 0,
      title: `Give every worker a name of its own: ${count(shared.length, 'name')} ${shared.length === 1 ? 'is' : 'are'} used twice`,
      why: 'Each question to such a name reaches only one of its workers. What the other one holds stays unknown, so no task can be called lost.',
      evidence: says(shared),
      actions: ['celery -A <project> worker -n worker1@%h, with another name for each worker of a host'],
      links: [LINKS.workers],
    });
  if (silent.length > 0)
    out.push({
      id: 'use-heartbeats',
      rows: 0,
      title: `Turn on heartbeats for ${count(silent.length, 'worker')}`,
      why: 'Without heartbeats, RabbitMQ does not learn that a worker froze or was cut off from the network. It keeps giving messages to that worker, and these never return.',
      evidence: says(silent),
      actions: [
        'broker_heartbeat = 60 in the Celery settings (seconds; CELERY_BROKER_HEARTBEAT in the Django settings), then restart the workers',
        'Or, where they are turned off on purpose, let TCP keepalive end dead connections',
      ],
      links: [LINKS.heartbeats],
    });
  return out;
}

function upgradeCelery(refused: readonly BrokerCondition[], qos: readonly BrokerCondition[]): Advice {
  return {
    id: 'upgrade-celery',
    rows: 0,
    title: 'Check the version of Celery: this RabbitMQ may be too new for its workers',
    why:
      refused.length > 0
        ? 'RabbitMQ 4.3 and later refuses the mailboxes that workers of Celery up to 5.6.3 declare. Such a worker runs, reconnects again and again, and takes no task.'
        : 'A worker of Celery before 5.5 cannot consume a quorum queue. It runs, reconnects again and again, and takes no task.',
    evidence: says([...refused, ...qos]),
    actions: [
      refused.length > 0
        ? "Look for 541 INTERNAL_ERROR in the workers' logs"
        : "Look for 540 NOT_IMPLEMENTED in the workers' logs",
      ...(refused.length > 0
        ? [
            'Upgrade Celery to a release after 5.6.3, or with Celery 5.6 set control_queue_exclusive = True',
            'Until then, let RabbitMQ permit such queues: deprecated_features.permit.transient_nonexcl_queues = true in rabbitmq.conf, then restart the nodes',
          ]
        : ['Upgrade Celery to 5.5 or later, or use a classic queue']),
    ],
    links: [LINKS.rabbitBroker],
  };
}

/** The command that a worker understands, where its name can be put into one. */
function addConsumer(idle: readonly BrokerCondition[]): string[] {
  const [name] = idle.map(({ worker = '' }) => worker);
  if (name === undefined || name === '' || !isSafe(name)) return [];
  return [`celery -A <project> control add_consumer <queue> -d ${shellWord(name)}`];
}

function says(conditions: readonly BrokerCondition[]): string[] {
  return conditions.map((condition) => condition.says);
}
