import { LINKS } from './links';
import type { Recommendation } from '../../model/diagnosis';
import { celeryInspect } from './snippets';
import type { Cause } from '../../model/verdict';
import type { AdviceId } from '../../causes/cause';
import { patch as circuitBreaker } from '../../causes/circuitBreaker';
import { advised, adviseOn, gather, type Adviser } from './advice';

interface FailedAdvice extends Pick<Recommendation, 'snippets' | 'links'> {
  readonly id: AdviceId;
  readonly causes: readonly (Cause | undefined)[];
  readonly title: string;
  readonly why: string;
  readonly actions: readonly string[];
}

const AGAIN =
  "Then dispatch what still matters again, from a Django shell with its task_manager_id, never with the admin's Resume";

const KINDS: readonly FailedAdvice[] = [
  {
    id: 'deploy-task',
    causes: advised('deploy-task'),
    title: 'Deploy the workers with the code of these tasks: {rows} {was|were} thrown away',
    why: '{rows} came to a worker that did not know the task, so it threw {its message|their messages} away.',
    actions: ['celery -A <project> inspect registered', 'Deploy the workers and the senders with the same code', AGAIN],
    snippets: [celeryInspect('registered')],
    links: [LINKS.inspect],
  },
  {
    id: 'revoked-tasks',
    causes: advised('revoked-tasks'),
    title: 'Decide about {rows} that {was|were} revoked or had expired',
    why: '{rows} {was|were} thrown away on purpose: revoked by somebody, or past the time that was set.',
    actions: ['If that was a mistake, dispatch again: with a new Celery id, or the workers throw it away again'],
    links: [LINKS.calling],
  },
  {
    id: 'keep-workers-alive',
    causes: advised('keep-workers-alive'),
    title: 'Find out what ended the workers while they ran {rows}',
    why: '{rows} {was|were} running when the worker process ended: out of memory, a deploy, a time limit.',
    actions: ['Read the logs of workers and kernel at the last run', AGAIN],
  },
  {
    id: 'circuit-breaker',
    causes: advised('circuit-breaker'),
    title: 'Dispatch {rows} again when the service behind the circuit breaker is back',
    why: '{rows} met an open circuit breaker, and the library fails to publish the retry that it means to send.',
    actions: ['Check that the service answers', AGAIN, circuitBreaker.action],
  },
  {
    id: 'read-failures',
    causes: [...advised('read-failures', ['result-failure']), undefined],
    title: 'Read why {rows} failed',
    why: '{rows} ran and failed, and the table does not say so.',
    actions: ['Read the evidence of the samples, and the log of the worker at the last run', AGAIN],
  },
];

/** Rows that ran and failed, or were thrown away. */
export const failed: Adviser = (found) =>
  KINDS.flatMap(({ causes, ...advice }) => {
    const group = gather(found, 'failed', causes);
    if (!group) return [];
    return [adviseOn(group, advice)];
  });
