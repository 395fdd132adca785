import type { Answers } from './answers';
import type { Seen } from './seen';
import type { Conclusions } from './seen';

/** One sentence without its full stop, for evidence and recommendations. */
export function saysWords({ clients, answers, askingFailed, heard }: Seen, state: Conclusions): string {
  if (state.none) return 'No worker is connected';
  if (answers === null) {
    const not = askingFailed ? 'The workers could not be asked' : 'The workers were not asked';
    const heardCount = heard?.workers.size ?? 0;
    if (heardCount > 0) return `${not}; ${workers(heardCount)} sent heartbeats`;
    if (clients === null) return not;
    if (clients.takers > 0) return `${not}; ${clientsThat(clients.takers, 'takes', 'take')} tasks`;
    return `${not}; ${clientsThat(clients.subscribers, 'listens', 'listen')} and may be ${clients.subscribers === 1 ? 'a worker' : 'workers'}`;
  }
  const gaps = gapWords(answers, state);
  if (gaps.length > 0) return gaps.join('; ');
  return allAnswered(answers.receivers);
}

/** For the list of sources: how the workers were looked for, and with what result. */
export function detailWords(seen: Seen, state: Conclusions): string {
  const { clients, answers, askingFailed, heard } = seen;
  const said = saysWords(seen, state);
  const parts = [said.charAt(0).toLowerCase() + said.slice(1)];
  if (askingFailed) parts.push(askingFailed.message.replace(/\.$/, ''));
  else if (answers === null && !state.none) parts.push('asking is off (celeryTasks.askWorkers, --ask-workers)');
  if (answers?.receivers === 0) parts.push('nobody received the question');
  if (state.none && clients !== null) parts.push('no client of Redis waits for tasks');
  if (clients === null) parts.push('Redis does not show all its clients (CLIENT LIST)');
  if (heard?.workers.size === 0) parts.push('no heartbeat was heard');
  if (state.deaf > 0) parts.push(`${clientsThat(state.deaf, 'is', 'are')} connected but deaf`);
  return parts.join('; ');
}

/** Why the workers' answers do not settle what they have; none when they do. */
function gapWords({ receivers, spared, unreadable }: Answers, state: Conclusions): string[] {
  const gaps: string[] = [];
  if (receivers === 0) gaps.push('No worker received the question, but that there is none is not known');
  const silent = Math.max(0, state.silent - spared - unreadable);
  if (silent > 0)
    gaps.push(receivers === 1 ? 'The only worker did not answer' : `${silent} of ${receivers} workers did not answer`);
  if (spared > 0)
    gaps.push(
      `${workers(spared)} answered but ${spared === 1 ? 'was' : 'were'} not asked what ${spared === 1 ? 'it holds' : 'they hold'}: not all tasks there are JSON, and that answer could stop a worker`,
    );
  if (unreadable > 0)
    gaps.push(`${workers(unreadable)} answered in a form that is not read (task_serializer is not json)`);
  if (state.unreachable > 0)
    gaps.push(`${clientsThat(state.unreachable, 'takes', 'take')} tasks and did not receive the question`);
  else if (state.heardNames.length > 0) gaps.push(`${workers(state.heardNames.length)} sent heartbeats but no answer`);
  if (state.untold > 0)
    gaps.push(
      `${state.untold} of the workers' tasks ${state.untold === 1 ? 'has' : 'have'} arguments too long to tell the row`,
    );
  return gaps;
}

function allAnswered(count: number): string {
  if (count === 1) return 'The only worker answered';
  return count === 2 ? 'Both workers answered' : `All ${count} workers answered`;
}

function workers(count: number): string {
  return count === 1 ? '1 worker' : `${count} workers`;
}

function clientsThat(count: number, one: string, many: string): string {
  return count === 1 ? `1 client ${one}` : `${count} clients ${many}`;
}
