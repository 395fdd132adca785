/** Stage "collect", before the first batch: what is known apart from the rows. */
import type { ResultReader, ResultRecord, World } from '../model/facts';
import { withResults } from '../brokers/recentlySeen';
import { whyElsewhere } from '../verdicts/wrongBroker';
import type { TypeKnowledge } from './openReaders';
import type { OtherRows } from './otherRows';
import type { Outside } from './readServers';
import type { RowsToVerify } from './rowsToVerify';

/** The world of a check without what may change from batch to batch: a source of results or effects can fail later. */
export type SteadyWorld = Omit<World, 'results' | 'effects'>;

/** @throws Problem when the results' server failed in a way that ends the check */
export async function readWorld(
  rows: RowsToVerify,
  outside: Outside,
  { histories, names }: TypeKnowledge,
  results: ResultReader,
  others: OtherRows,
): Promise<SteadyWorld> {
  const now = Date.parse(rows.now) / 1000;
  const records = outside.oneServer ? await results.find(taskIds(rows)) : new Map<string, ResultRecord>();
  const arrivedTogether = await others.arrivedTogether(outside.broker, [...rows.shown]);
  const seen = {
    workers: outside.workers,
    contents: outside.broker.contents,
    histories,
    resultSeen: records.size > 0,
    messageSeen: names.ours,
    arrivedTogether,
  };
  return {
    now,
    broker: outside.broker,
    workers: withResults(outside.workers, records.values()),
    losses: outside.losses,
    sessions: rows.sessions,
    histories,
    ...(rows.alike ? { alike: rows.alike } : {}),
    elsewhere: whyElsewhere(seen, now),
  };
}

/** Of the shown rows: whether the server of the broker knows any of them tells whether it is theirs. */
function taskIds({ types }: RowsToVerify): string[] {
  return types.flatMap(({ samples }) => samples.map(({ taskId }) => taskId ?? ''));
}
