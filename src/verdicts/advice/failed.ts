import { LINKS } from './links';
import type { Recommendation } from '../../model/diagnosis';
import { celeryInspect } from './snippets';
import type { Cause } from '../../model/verdict';
import type { AdviceId } from '../../causes/cause';
import { patch as circuitBreaker } from '../../causes/circuitBreaker';
import { advised, adviseOn, gather, type Adviser } from './advice';

interface FailedAdvice extends Pick<Recommendation, 'links'> {
  /** A question of `celery inspect` that shows more. */
  readonly asks?: Parameters<typeof celeryInspect>[0];
  readonly id: AdviceId;
  readonly causes: readonly (Cause | undefined)[];
  readonly title: string;
  readonly why: string;
  readonly actions: readonly string[];
}

const AGAIN =
  "Then dispatch what still matters again from a Django shell, with its task_manager_id. Never use the admin's Resume";

const KINDS: readonly FailedAdvice[] = [
  {
    id: 'deploy-task',
    causes: advised('deploy-task'),
    title: 'Deploy workers that know these tasks: {tasks} {was|were} discarded as unregistered',
    why: '{tasks} reached a worker that did not know the task, so it discarded {its message|their messages}.',
    actions: ['celery -A <project> inspect registered', 'Deploy workers and senders with the same code', AGAIN],
    asks: 'registered',
    links: [LINKS.inspect],
  },
  {
    id: 'revoked-tasks',
    causes: advised('revoked-tasks'),
    title: 'Review {count} revoked or expired {task|tasks}',
    why: '{tasks} {was|were} discarded on purpose: somebody revoked {it|them}, or {it|they} expired.',
    actions: [
      'If that was a mistake, dispatch again with a new Celery id: under the old one, the workers would discard it again',
    ],
    links: [LINKS.calling],
  },
  {
    id: 'keep-workers-alive',
    causes: advised('keep-workers-alive'),
    title: 'Find out what ended the workers that were running {tasks}',
    why: '{tasks} {was|were} running when the worker process ended: out of memory, a deploy or a time limit.',
    actions: ['Read the worker and kernel logs around the last run', AGAIN],
  },
  {
    id: 'circuit-breaker',
    causes: advised('circuit-breaker'),
    title: 'Dispatch {tasks} again once the service behind the circuit breaker is back',
    why: '{tasks} met an open circuit breaker, and the library failed to publish the retry.',
    actions: ['Check that the service answers', AGAIN, circuitBreaker.action],
  },
  {
    id: 'read-failures',
    causes: [...advised('read-failures', ['result-failure']), undefined],
    title: 'Find out why {tasks} failed',
    why: "{tasks} ran and failed, but {its row doesn't|their rows don't} show it.",
    actions: ["Read the evidence of the samples and the worker's log at the last run", AGAIN],
  },
];

/** Rows that ran and failed, or were thrown away. */
export const failed: Adviser = (found) =>
  KINDS.flatMap(({ causes, asks, ...advice }) => {
    const group = gather(found, 'failed', causes);
    if (!group) return [];
    const snippets = asks === undefined ? [] : [celeryInspect(asks, found.world.broker.rabbit)];
    return [adviseOn(group, { ...advice, snippets })];
  });
