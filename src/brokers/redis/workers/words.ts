import { withoutFullStop } from '../../../base/sentences';
import { gapOf, type SourceGap } from '../../../model/sources';
import type { Answers } from './answers';
import type { Seen } from './seen';
import type { Conclusions } from './seen';
import { allAnswered, workersWord } from '../../workers/words';

/** One sentence without its full stop, for evidence and recommendations. */
export function saysWords({ clients, answers, askingFailed, heard }: Seen, state: Conclusions): string {
  if (state.none) return 'No worker is connected';
  if (answers === null) {
    const not = askingFailed ? 'The workers could not be asked' : 'The workers were not asked';
    const heardCount = heard?.workers.size ?? 0;
    if (heardCount > 0) return `${not}; ${workersWord(heardCount)} sent heartbeats`;
    if (clients === null) return not;
    if (clients.takers > 0) return `${not}; ${clientsThat(clients.takers, 'takes', 'take')} tasks`;
    return `${not}; ${clientsThat(clients.subscribers, 'listens', 'listen')} and may be ${clients.subscribers === 1 ? 'a worker' : 'workers'}`;
  }
  const gaps = answerGaps(answers, state);
  if (gaps.length > 0) return gaps.map(({ says }) => says).join('; ');
  return allAnswered(answers.receivers);
}

/** For the list of sources: how the workers were looked for, and with what result. */
export function detailWords(seen: Seen, state: Conclusions): string {
  const { clients, answers, askingFailed, heard } = seen;
  const said = saysWords(seen, state);
  const parts = [said.charAt(0).toLowerCase() + said.slice(1)];
  if (askingFailed) parts.push(withoutFullStop(askingFailed.message));
  else if (answers === null && !state.none) parts.push(ASKING_IS_OFF);
  if (answers?.receivers === 0) parts.push('no worker received the question');
  if (state.none && clients !== null) parts.push('no Redis client waits for tasks');
  if (clients === null) parts.push(CLIENTS_HIDDEN);
  if (heard?.workers.size === 0) parts.push('no heartbeat was seen');
  if (state.deaf > 0) parts.push(`${clientsThat(state.deaf, 'is', 'are')} connected but deaf`);
  return parts.join('; ');
}

/** What is not known of the workers; nothing where their number and what they have is settled. */
export function workerGaps({ clients, answers, askingFailed }: Seen, state: Conclusions): SourceGap[] {
  if (askingFailed) return [gapOf(askingFailed)];
  if (state.settled) return [];
  const gaps: SourceGap[] =
    answers === null
      ? [{ kind: 'not-asked', setting: 'celeryTasks.askWorkers', says: ASKING_IS_OFF }]
      : answerGaps(answers, state);
  return clients === null ? [...gaps, { kind: 'forbidden', says: CLIENTS_HIDDEN }] : gaps;
}

const ASKING_IS_OFF = 'asking is off (celeryTasks.askWorkers, --ask-workers)';
const CLIENTS_HIDDEN = 'Redis does not show all its clients (CLIENT LIST)';

/** Why the workers' answers do not settle what they have; none when they do. */
function answerGaps({ receivers, spared, unreadable }: Answers, state: Conclusions): SourceGap[] {
  const gaps: SourceGap[] = [];
  const add = (kind: SourceGap['kind'], says: string): void => {
    gaps.push({ kind, says });
  };
  if (receivers === 0) add('unanswered', 'No worker received the question, but there may be one');
  const silent = Math.max(0, state.silent - spared - unreadable);
  if (silent > 0)
    add(
      'unanswered',
      receivers === 1 ? 'The only worker did not answer' : `${silent} of ${receivers} workers did not answer`,
    );
  if (spared > 0)
    add(
      'not-asked',
      `${workersWord(spared)} answered but ${spared === 1 ? 'was' : 'were'} not asked what ${spared === 1 ? 'it holds' : 'they hold'}: not all tasks there are JSON, and that answer could stop a worker`,
    );
  if (unreadable > 0)
    add(
      'undecodable',
      `${workersWord(unreadable)} answered in a form that this check does not read (task_serializer is not json)`,
    );
  if (state.unreachable > 0)
    add('unanswered', `${clientsThat(state.unreachable, 'takes', 'take')} tasks and did not receive the question`);
  else if (state.heardNames.length > 0)
    add('unanswered', `${workersWord(state.heardNames.length)} sent heartbeats but no answer`);
  if (state.untold > 0)
    add(
      'too-large',
      `${state.untold} of the workers' tasks ${state.untold === 1 ? 'has' : 'have'} arguments too long to tell the row`,
    );
  return gaps;
}

function clientsThat(count: number, one: string, many: string): string {
  return count === 1 ? `1 client ${one}` : `${count} clients ${many}`;
}
