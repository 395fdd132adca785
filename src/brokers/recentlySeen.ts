import type { ResultRecord, WorkersView } from '../model/facts';

/** The same workers, with the newest of these results as a sign of one where it is later than any other. Only workers write such states. */
export function withResults(workers: WorkersView, records: Iterable<ResultRecord>): WorkersView {
  const known = workers.recentlySeen;
  if (known?.by === 'heartbeat') return workers;
  let newest = -Infinity;
  for (const { doneAt, byWorker } of records)
    if (doneAt !== null && byWorker === true && doneAt > newest) newest = doneAt;
  if (newest === -Infinity || newest <= (known?.at ?? -Infinity)) return workers;
  return { ...workers, recentlySeen: { at: newest, by: 'result' } };
}
