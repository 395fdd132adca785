import type { BrokerMessage, ResultRecord, WorkerTask, World } from '../../model/facts';
import type { Evidence } from '../../model/verdict';
import { wasRead } from '../../model/sources';
import { placeEvidence, messageSeen } from './broker';
import { resultEvidence } from './results';
import { taskSeen } from './workers';

/** What was found of an id that no row has. */
export interface WithoutRow {
  readonly messages: readonly BrokerMessage[];
  readonly tasks: readonly WorkerTask[];
  /** Undefined where it was not looked for: a row's number is the key of no result. */
  readonly result: ResultRecord | null | undefined;
  /** The Celery id, or '' where a row's number was asked for. */
  readonly taskId: string;
}

/** What broker, workers and result backend have of an id that no row has. */
export function evidenceWithoutRow(
  { messages, tasks, result, taskId }: WithoutRow,
  world: Pick<World, 'broker' | 'workers' | 'results' | 'now'>,
): Evidence[] {
  const { workers, now } = world;
  const queued = messages.flatMap((message) => [
    // How it was known is no news: the id is what was asked for.
    messageSeen({ ...message, match: 'id' }, now),
    { source: 'broker' as const, says: whose(message) },
  ]);
  const atWork = tasks.flatMap((task) => [taskSeen(task), { source: 'workers' as const, says: whose(task) }]);
  const noWorker = wasRead(workers.report) ? `${workers.says}.` : `Not known: ${workers.report.detail}.`;
  return [
    ...(queued.length > 0 ? queued : placeEvidence([], world)),
    ...(atWork.length > 0 ? atWork : [{ source: 'workers' as const, says: noWorker }]),
    ...(result === undefined ? [] : [resultEvidence({ row: { taskId }, result }, world)]),
  ];
}

function whose({ task, managerId, taskId }: BrokerMessage | WorkerTask): string {
  const name = task === '' ? 'a task without a name' : task;
  const row =
    managerId === null
      ? 'it names no row, so the task creates one when it runs'
      : `it names row ${String(managerId)} in its arguments`;
  return `It is of ${name} with the Celery id ${taskId}; ${row}.`;
}
