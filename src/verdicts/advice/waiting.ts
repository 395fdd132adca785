import { LINKS } from './links';
import { celeryInspect, startWorker } from './snippets';
import { count } from '../../base/numbers';
import type { QueueFacts } from '../../model/facts';
import { advised, adviseOn, gather, largest, type Advice, type Adviser, type Found, type MatchingRows } from './advice';

const TWICE = 'If dispatched again, {it|they} would run twice.';

/** Rows whose message is in a queue: a worker will run or discard them. Dispatching them again would run them twice. */
export const waiting: Adviser = (found) => {
  const out: Advice[] = [];
  const down = gather(found, 'waiting', advised('start-workers'));
  if (down)
    out.push(
      adviseOn(down, {
        id: 'start-workers',
        title: 'Start the Celery workers: {tasks} {is|are} queued, and no worker is listening',
        why: `{tasks} {is|are} queued and will run as soon as a worker takes {it|them}. ${TWICE}`,
        evidence: [found.world.workers.says],
        actions: [`celery -A <project> worker -Q ${queueNames(down.queues)}`, 'celery -A <project> inspect ping'],
        snippets: [...startWorker([...down.queues.keys()]), celeryInspect('ping', found.world.broker.rabbit)],
        links: [LINKS.workers],
        ...(lacksCode(found, down) ? { after: ['deploy-task'] } : {}),
      }),
    );
  else out.push(...workersForQueues(found));
  const nobody = gather(found, 'waiting', advised('consume-queue'));
  if (nobody)
    out.push(
      adviseOn(nobody, {
        id: 'consume-queue',
        title: 'Start a worker for the queues that no worker consumes: {tasks} {waits|wait} there',
        why: `{tasks} {waits|wait} in ${largest(nobody.queues)}. No worker that answered consumes these queues.`,
        actions: [
          `celery -A <project> worker -Q ${queueNames(nobody.queues)}`,
          'Or route these tasks to a queue that is consumed (task_routes)',
        ],
        snippets: [
          ...startWorker([...nobody.queues.keys()]),
          celeryInspect('active_queues', found.world.broker.rabbit),
        ],
        links: [LINKS.routing],
        ...(lacksCode(found, nobody) ? { after: ['deploy-task'] } : {}),
      }),
    );
  else out.push(...consumersForQueues(found));
  const starved = gather(found, 'waiting', advised('priority-order'));
  if (starved)
    out.push(
      adviseOn(starved, {
        id: 'priority-order',
        title: 'Give starved priorities their turn: {tasks} {waits|wait} behind lists that are served first',
        why: 'On Redis, the lower priority number is served first, the opposite of RabbitMQ. {tasks} {waits|wait} behind longer lists of the same queue.',
        actions: ['Start more workers for this queue', 'Or reverse the numbers: on Redis, 0 is the most urgent'],
        links: [LINKS.priorities],
      }),
    );
  const turn = gather(found, 'waiting', [...advised('wait-backlog'), undefined]);
  if (turn)
    out.push(
      adviseOn(turn, {
        id: 'wait-backlog',
        title: 'No action needed for {tasks}: {it is|they are} waiting for {its|their} turn in a queue',
        why: `{tasks} {is|are} queued and will run when a worker takes {it|them}. ${TWICE}`,
        actions: ['Start more workers if the queue does not shrink'],
      }),
    );
  const thrown = gather(found, 'waiting', advised('thrown-away-next', ['expired']));
  if (thrown)
    out.push(
      adviseOn(thrown, {
        id: 'thrown-away-next',
        title: 'Review {tasks} that will be discarded when {its|their} turn comes',
        why: '{tasks} {is|are} queued but expired, revoked or paused. The worker that takes {it|them} will discard {it|them}.',
        actions: ['Dispatch what still matters again after its message is gone'],
      }),
    );
  return out;
};

/** Messages that no stuck row waits for, of tasks that are young or of other applications, wait for workers too. */
function workersForQueues({ world }: Found): Advice[] {
  const { workers, broker } = world;
  const queues = broker.queues.filter(waitsForWorkers);
  if (!workers.none || queues.length === 0) return [];
  const messages = messagesIn(queues);
  const names = queues.map(({ name }) => name);
  return [
    {
      id: 'start-workers',
      rows: 0,
      title: `Start the Celery workers: ${count(messages, 'message')} ${messages === 1 ? 'waits' : 'wait'} in ${count(queues.length, 'queue')}`,
      why: 'No worker is connected, so no message leaves its queue.',
      evidence: [workers.says, `By queue: ${largest(queues.map(({ name, length }) => [name, length]))}`],
      actions: [
        `celery -A <project> worker -Q ${names.slice(0, MOST_NAMES).join(',')}`,
        'celery -A <project> inspect ping',
      ],
      snippets: [...startWorker(names), celeryInspect('ping', broker.rabbit)],
      links: [LINKS.workers],
    },
  ];
}

/** A worker for dead letters, or for tasks that wait for their time, would run what must not run now. */
function waitsForWorkers({ length, keeps }: QueueFacts): boolean {
  return length > 0 && keeps === undefined;
}

function messagesIn(queues: readonly Pick<QueueFacts, 'length'>[]): number {
  return queues.reduce((sum, { length }) => sum + length, 0);
}

/** The same for queues that the connected workers leave alone. */
function consumersForQueues({ world }: Found): Advice[] {
  const { workers, broker } = world;
  const consumed = workers.none ? null : workers.consumedQueues;
  const queues = broker.queues.filter((queue) => waitsForWorkers(queue) && consumed?.has(queue.name) === false);
  if (queues.length === 0) return [];
  const messages = messagesIn(queues);
  const names = queues.map(({ name }) => name);
  return [
    {
      id: 'consume-queue',
      rows: 0,
      title: `Start a worker for ${count(queues.length, 'queue')} that no worker consumes: ${count(messages, 'message')} ${messages === 1 ? 'waits' : 'wait'} there`,
      why: workers.asked
        ? 'No worker that answered consumes these queues, so no message leaves them.'
        : 'No connected worker consumes these queues, so no message leaves them.',
      evidence: [`By queue: ${largest(queues.map(({ name, length }) => [name, length]))}`],
      actions: [
        `celery -A <project> worker -Q ${names.slice(0, MOST_NAMES).join(',')}`,
        'Or route these tasks to a queue that is consumed (task_routes)',
      ],
      snippets: [...startWorker(names), celeryInspect('active_queues', broker.rabbit)],
      links: [LINKS.routing],
    },
  ];
}

/** Workers without the code of a task throw its messages away: of these rows' tasks, some were thrown away so. */
function lacksCode(found: Found, { types }: MatchingRows): boolean {
  const thrown = gather(found, 'failed', advised('deploy-task'));
  return thrown !== undefined && [...thrown.types.keys()].some((type) => types.has(type));
}

const MOST_NAMES = 10;

function queueNames(queues: ReadonlyMap<string, number>): string {
  return [...queues.keys()].slice(0, MOST_NAMES).join(',');
}
