/** What is known of batch after batch: the servers read the next one while one is judged. */
import type { CeleryNames } from '../model/celeryNames';
import type {
  EffectReader,
  ResultReader,
  RowFacts,
  RowTouch,
  SessionSign,
  SessionsView,
  StuckRow,
  World,
} from '../model/facts';
import { readRowArguments } from '../tables/taskManager/rowArguments';
import { seenById, seenByNumber, withoutPlace, type SeenRow } from './seenOutside';
import type { Snapshot } from '../ports/database';
import { stuckRowsById } from '../tables/taskManager/stuckRows';
import type { TaskTable } from '../tables/taskManager/table';
import type { Outside } from './readServers';
import { unheard } from '../base/prefetch';

/** Everything known of some rows, and how the sources were when these were looked up: one may fail later. */
export interface Gathered extends Pick<World, 'results' | 'effects'> {
  readonly facts: readonly RowFacts[];
}

/** What is asked of one batch. */
interface Asked {
  /** When the snapshot can be asked the next: the questions that are known beforehand stand in the line already. */
  readonly snapshotFree: Promise<unknown>;
  readonly all: Promise<Gathered>;
}

export type Gather = (batch: readonly StuckRow[]) => Asked;

/** What PostgreSQL knows of rows besides their columns. */
export interface RowSessions {
  readonly view: Pick<SessionsView, 'find'>;
  readonly touches: { of(rows: readonly StuckRow[]): Promise<ReadonlyMap<string, RowTouch>> };
}

/**
 * What the sources say of each batch.
 * @param where the rows are, and under which names Celery knows them
 * @param oneByOne results are also in tables of this snapshot
 */
export function gatherer(
  { broker, workers }: Outside,
  where: { readonly snapshot: Snapshot; readonly table: TaskTable; readonly names: CeleryNames },
  results: ResultReader,
  effects: EffectReader,
  oneByOne: boolean,
  sessions: RowSessions,
): Gather {
  return (batch) => {
    const looked = results.find(batch.map(({ taskId }) => taskId).filter((id) => id !== ''));
    const outside = { broker, workers };
    const byId = batch.map((row) => seenById(row, outside));
    const shared = batch.filter((_, at) => byId[at] === null).map(({ id }) => id);
    const first = byId.filter((seen) => seen !== null);
    const compare = async (): Promise<readonly SeenRow[]> => {
      const marks = await readRowArguments(where.snapshot, where.table, shared);
      return batch.map((row, at) => {
        const telling = { names: where.names, arguments: marks.get(row.id) ?? null };
        return byId[at] ?? seenByNumber(row, outside, telling);
      });
    };
    const touched = sessions.touches.of(batch);
    const waits = oneByOne || shared.length > 0;
    const seen = shared.length === 0 ? first : oneByOne ? looked.then(compare) : compare();
    const signs = async (): ReturnType<EffectReader['signs']> => {
      if (oneByOne) await looked;
      return await effects.signs(withoutPlace(await seen));
    };
    const found = waits ? signs() : effects.signs(withoutPlace(first));
    const gather = async (): Promise<Gathered> => {
      const [records, findings, known, touches] = await Promise.all([looked, found, seen, touched]);
      const facts = known.map(({ row, messages, tasks, doubtful, sameNumber }) => {
        const of: RowFacts = {
          row,
          messages,
          tasks,
          result: records.get(row.taskId) ?? null,
          effect: findings.get(row.id) ?? null,
          twin: null,
          rival: null,
          session: signOf(sessions.view.find(row), touches.get(row.xmax ?? '')),
        };
        // Of most rows there is none: a copy of each would cost more than judging it.
        return doubtful || sameNumber
          ? { ...of, ...(doubtful ? { doubtful } : {}), ...(sameNumber ? { sameNumber } : {}) }
          : of;
      });
      return { facts, results: results.report, effects: effects.report };
    };
    return { snapshotFree: waits ? found : Promise.resolve(), all: gather() };
  };
}

function signOf(saves: SessionSign['saves'], touch: RowTouch | undefined): SessionSign | null {
  return saves.length === 0 && touch === undefined ? null : { saves, touch: touch ?? null };
}

export interface SampledRows {
  readonly table: TaskTable;
  readonly batches: AsyncIterable<readonly StuckRow[]>;
  readonly shown: ReadonlySet<number>;
}

/**
 * The sample, and then those rows that are shown and were not drawn.
 * @param uncounted gets the ids of these
 */
export async function* withShown(
  snapshot: Snapshot,
  { batches, table, shown }: SampledRows,
  uncounted: Set<number>,
): AsyncGenerator<readonly StuckRow[]> {
  const left = new Set(shown);
  for await (const batch of batches) {
    for (const { id } of batch) left.delete(id);
    yield batch;
  }
  for (const id of left) uncounted.add(id);
  if (left.size > 0) yield await stuckRowsById(snapshot, table, [...left]);
}

/** What is known of batch after batch. PostgreSQL reads the next rows while other servers still answer for these. */
export async function* gathered(
  batches: AsyncIterable<readonly StuckRow[]>,
  gather: Gather,
): AsyncGenerator<Gathered, undefined> {
  const iterator = batches[Symbol.asyncIterator]();
  for (let next = iterator.next(); ;) {
    const batch = await next;
    if (batch.done === true) return undefined;
    const { snapshotFree, all } = gather(batch.value);
    unheard(all);
    await snapshotFree;
    unheard((next = iterator.next()));
    yield await all;
  }
}
