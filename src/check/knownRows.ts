/** Rows whose outcome is known apart from what their tasks left: effect rules are tried on them. */
import { drawnOf } from '../base/drawn';
import { MOVING_SECONDS, publishedNotBegun, PUBLISHING_SECONDS } from '../causes/helpers';
import { MOST_KNOWN } from '../effects/limits';
import { taskTypeName } from '../model/diagnosis';
import type { BrokerView, Seconds, StuckRow, WorkersView } from '../model/facts';
import type { KnownRows } from '../model/effectFacts';
import type { TypeId } from '../model/taskType';
import type { Snapshot } from '../ports/database';
import { readClock } from '../tables/clock';
import type { DrawnRows, TaskTable } from '../tables/table';

/** What a check knows already when it reads known rows. */
export interface KnownPlace {
  /** Those that were asked what they hold. */
  readonly workers?: Pick<WorkersView, 'find'>;
  /** Rows that came with another pass over the table. Absent: a pass is made for them. */
  readonly drawn?: DrawnRows;
  /** The server's clock. */
  readonly now?: Seconds;
}

const NONE: DrawnRows = { finished: new Map(), neverPublished: new Map() };

/**
 * Reads some rows of each type that finished, and some that cannot have run: their own message waits in a queue and was never delivered, or
 * a worker has it and has not started it, or it was never published.
 *
 * The broker was read before this snapshot. A message that was taken since then has a row which is begun, and one that was sent since then
 * is not known: neither makes a row that ran pass for one that did not. A row of the last minute may still be saved by the task that sent it
 * (the library's race), so it is left out. On a replica that lags behind, rows and effects are of the same moment.
 * @param types their rows are wanted; each is in both maps, also without rows
 * @returns at most `MOST_KNOWN` ids of each type and group, drawn by a hash
 * @throws Problem
 */
export async function readKnownRows(
  snapshot: Snapshot,
  table: TaskTable,
  broker: Pick<BrokerView, 'drawn' | 'find'>,
  types: readonly TypeId[],
  place: KnownPlace = {},
): Promise<KnownRows> {
  const drawn = place.drawn ?? (await table.kind.extras.histories?.(snapshot, table, types, types))?.drawn ?? NONE;
  const now = place.now ?? Date.parse((await readClock(snapshot, 0)).now) / 1000;
  const names = types.map(taskTypeName);
  const sent = broker.drawn(new Set(names), MOST_KNOWN);
  const ids = new Set([...sent.values(), ...drawn.neverPublished.values()].flat());
  const rows = ids.size === 0 ? [] : await table.kind.rowsById(snapshot, table, [...ids]);
  const notRun = new Map<string, number[]>(names.map((name) => [name, []]));
  for (const row of rows) {
    const known = notRun.get(taskTypeName(row));
    if (known && cannotHaveRun(row, broker, place.workers, now)) known.push(row.id);
  }
  return {
    finished: new Map(names.map((name) => [name, drawnOf(drawn.finished.get(name) ?? [], MOST_KNOWN)])),
    notRun: new Map([...notRun].map(([name, known]) => [name, drawnOf(known, MOST_KNOWN)])),
  };
}

function cannotHaveRun(
  row: StuckRow,
  broker: Pick<BrokerView, 'find'>,
  workers: Pick<WorkersView, 'find'> | undefined,
  now: Seconds,
): boolean {
  const messages = broker.find(row);
  const tasks = workers?.find(row) ?? [];
  if (!row.runs.published) return messages.length + tasks.length === 0 && now - row.lastRun >= PUBLISHING_SECONDS;
  if (!publishedNotBegun(row) || (row.createdAt !== null && now - row.createdAt < MOVING_SECONDS)) return false;
  // A retry and another dispatch have ids of their own.
  const isOwn = ({ taskId }: { readonly taskId: string }): boolean => taskId === row.taskId;
  if (messages.some((message) => !isOwn(message) || message.redelivered)) return false;
  // A worker that took a message may have started it, unless it says that it has not.
  const isHeld = tasks.length > 0 && tasks.every((task) => isOwn(task) && task.state !== 'active');
  return isHeld || (messages.length > 0 && messages.every(({ place }) => place === 'queue'));
}
