import type { Evidence } from '../../model/verdict';
import { wasRead } from '../../model/sources';
import type { RowFacts, WorkerTask, World } from '../../model/facts';
import { celeryName } from '../../causes/helpers';
import { moment } from '../../base/moment';

/** What the workers report of it, or why they report nothing. */
export function workersEvidence({ row, tasks, messages }: RowFacts, { workers }: World): Evidence[] {
  if (!wasRead(workers.report)) return [says(`Not known: ${workers.report.detail}.`)];
  const told = tasks.map(taskSeen);
  if (told.length > 0) return told;
  const out = [says(`${workers.says}.`)];
  const queue = messages.find(({ place }) => place === 'queue')?.queue;
  if (queue !== undefined && workers.consumedQueues?.has(queue) === false && !workers.none)
    out.push(says(`No worker consumes queue ${queue}.`));
  if (workers.registered?.has(celeryName(row)) === false)
    out.push(says(`No worker knows a task named ${celeryName(row)}.`));
  return out;
}

/** What a worker has of a task. */
export function taskSeen({ state, worker, eta, startedAt }: WorkerTask): Evidence {
  if (state === 'active')
    return {
      source: 'workers',
      says:
        startedAt === null ? `${worker} is running it.` : `${worker} has been running it since ${moment(startedAt)}.`,
      supports: 'running',
    };
  const when = eta === null ? '' : ` until ${moment(eta)}`;
  return { source: 'workers', says: `${worker} holds it${when} (${state}).`, supports: 'held' };
}

function says(text: string): Evidence {
  return { source: 'workers', says: text };
}
