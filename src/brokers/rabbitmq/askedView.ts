import { count } from '../../base/numbers';
import type { WorkerFacts, WorkersView } from '../../model/facts';
import { gapOf, readReport, type SourceGap } from '../../model/sources';
import { findingIn } from '../workers/held';
import type { Told } from '../workers/told';
import { allAnswered, workersWord } from '../workers/words';
import type { Asked } from './asking';
import { needsWait } from './state/bounds';
import { sharedNames, strangers, type Consumer } from './state/consumers';
import { reconcile, type Reconciled } from './state/reconcile';
import type { RabbitState } from './read';

/** What is compared with the answers: one look, or two. */
interface Compared {
  readonly first: RabbitState;
  readonly second?: Pick<RabbitState, 'totals' | 'consumers'>;
  /** Servers that were not read. */
  readonly others: readonly string[];
}

/**
 * The workers as they answered. It is settled what they have only where everybody who takes tasks answered, and where they name as many
 * messages as the server counts as taken: then no message of any other task is held.
 * @param passive the same without their answers
 */
export function askedView(looks: Compared, asked: Asked, passive: WorkersView): WorkersView {
  const { first, second, others } = looks;
  const { told } = asked;
  if (told === null) return notAsked(asked, passive);
  // A worker that came within the last five seconds is in no list of consumers yet.
  const none = passive.none && told.receivers === 0;
  const consumers = [first.consumers, ...(second ? [second.consumers] : [])];
  const compared = comparedIn(looks, asked, told);
  const gaps = none ? [] : [...answerGaps(told, asked, consumers), ...countGaps(looks, compared)];
  if (others.length > 0) gaps.push(OTHERS);
  const settled = none || (gaps.length === 0 && told.receivers > 0);
  const says = none
    ? passive.says
    : gaps.length > 0
      ? gaps.map((gap) => gap.says).join('; ')
      : allAnswered(told.receivers);
  const detail = settled && !none ? `${says} and ${namedWords(compared.named)}` : says;
  return {
    ...passive,
    report: readReport('workers', detail, gaps),
    asked: true,
    none,
    settled,
    says,
    workers: [...told.workers, ...silentOf(passive.workers, told)],
    ...findingIn(told.tasks),
    consumedQueues: told.consumedQueues ?? passive.consumedQueues,
    registered: told.registered,
    revoked: told.revoked,
    recentlySeen: told.receivers > 0 ? { at: null, by: 'heartbeat' } : passive.recentlySeen,
  };
}

const OTHERS: SourceGap = { kind: 'failover-unread', says: "workers of the list's other brokers were not asked" };

function notAsked({ failed, blocked }: Pick<Asked, 'failed' | 'blocked'>, passive: WorkersView): WorkersView {
  if (passive.none) return passive;
  const gap: SourceGap = failed
    ? gapOf(failed)
    : { kind: 'not-asked', says: `the workers were not asked, because ${blocked.join(' and ')}` };
  const kept = (passive.report.gaps ?? []).filter(({ kind }) => kind !== 'not-asked');
  const detail = `${passive.report.detail}; ${gap.says}`;
  const state = passive.report.state === 'unavailable' ? 'unavailable' : 'partial';
  return { ...passive, report: { name: 'workers', state, detail, gaps: [...kept, gap] } };
}

function comparedIn(
  { second }: Compared,
  { readings, queueOf }: Pick<Asked, 'readings' | 'queueOf'>,
  told: Told,
): Reconciled {
  // The numbers of quorum queues are seconds old: only a later reading tells what was so when the workers answered.
  const later = second && readings.some(({ queues }) => needsWait(queues)) ? [second.totals] : [];
  return reconcile([...readings, ...later], told.tasks, queueOf);
}

/** Why the answers are not those of everybody who may have a task. */
function answerGaps(
  told: Told,
  { mailboxes, unreadable }: Pick<Asked, 'mailboxes' | 'unreadable'>,
  looks: readonly (readonly Consumer[] | null)[],
): SourceGap[] {
  const gaps: SourceGap[] = [];
  const add = (kind: SourceGap['kind'], says: string): void => {
    gaps.push({ kind, says });
  };
  const consumers = looks.flatMap((look) => look ?? []);
  if (mailboxes === null) add('forbidden', 'it is not shown how many workers received the questions');
  const names = new Set(told.workers.map(({ name }) => name));
  const silent = (mailboxes ?? []).filter((name) => !names.has(name));
  for (const name of silent) add('unanswered', silentWords(name, consumers));
  for (const { name, active, reserved, scheduled } of told.workers)
    if (active === null || reserved === null || scheduled === null)
      add('unanswered', `${name} answered, but not what it has: its tasks may not be JSON`);
  for (const name of new Set(looks.flatMap((look) => sharedNames(look ?? []))))
    add('unanswered', `two workers are named ${name}, so each question reaches only one of them`);
  if (unreadable > 0)
    add(
      'undecodable',
      `${workersWord(unreadable)} answered in a form that this check does not read (task_serializer is not json)`,
    );
  if (looks.includes(null)) add('forbidden', 'it is not shown who else takes tasks');
  for (const queue of new Set(looks.flatMap((look) => strangers(look ?? [], told.workers, silent))))
    add('unanswered', `the queue ${queue} has a consumer that did not answer, perhaps a worker without remote control`);
  const untold = told.tasks.filter((task) => !task.told).length;
  if (untold > 0)
    add(
      'too-large',
      `${untold} of the workers' tasks ${untold === 1 ? 'has' : 'have'} arguments too long to tell the row`,
    );
  return gaps;
}

function silentWords(name: string, consumers: readonly Consumer[]): string {
  const user = consumers.find(({ queue }) => queue.startsWith(`${name}.`))?.user ?? '';
  return `${name} did not answer: it is busy or stopped, or its RabbitMQ user${user === '' ? '' : ` ${user}`} may not write to the exchange amq.default`;
}

/** Why it is not known whose the taken messages are. */
function countGaps({ first, second }: Compared, { equal, differences }: Reconciled): SourceGap[] {
  const gaps = first.nodesDown.map((says): SourceGap => ({ kind: 'cluster', says }));
  if (!second && needsWait(first.totals.queues))
    gaps.push({
      kind: 'other',
      says: 'the numbers of quorum queues are up to five seconds old, and were read only once',
    });
  if (equal) return gaps;
  for (const { queue, unacked, named } of differences)
    gaps.push({
      kind: 'other',
      says:
        unacked > named
          ? `the queue ${queue} has ${count(unacked, 'unacknowledged message')}, and the workers name ${named === 0 ? 'none' : String(named)}`
          : `the workers name ${count(named, 'task')} of the queue ${queue}, which changed meanwhile`,
    });
  if (differences.length === 0)
    gaps.push({ kind: 'other', says: 'the numbers of the queues changed while the workers were asked' });
  return gaps;
}

function namedWords(named: number): string {
  if (named === 0) return 'no message is unacknowledged';
  return named === 1 ? 'named the only unacknowledged message' : `named all ${String(named)} unacknowledged messages`;
}

/** Who was only seen. */
function silentOf(workers: readonly WorkerFacts[], told: Told): readonly WorkerFacts[] {
  const answered = told.workers.map(({ name }) => name);
  return workers.filter(({ name }) => !answered.includes(name));
}
