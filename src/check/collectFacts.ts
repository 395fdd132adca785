/** Stage "collect", batch after batch: what all sources say of the rows, while the servers read the next batch. */
import { ignoreEarlyRejection } from '../base/prefetch';
import type { CeleryNames } from '../model/celeryNames';
import type { ResultReader, ResultRecord, RowFacts, StuckRow, World } from '../model/facts';
import type { EffectReader, EffectSign } from '../model/effectFacts';
import type { RowTouch, SessionSign, SessionsView } from '../model/sessionFacts';
import type { RowReaders } from './openReaders';
import type { Outside } from './readServers';
import type { RowsToVerify } from './rowsToVerify';
import { seenById, seenByNumber, withoutPlace, type SeenRow } from './seenOutside';

/** All that is known of some rows, and how the sources were when these rows were looked up: a source may fail later. */
export interface BatchFacts extends Pick<World, 'results' | 'effects'> {
  readonly facts: readonly RowFacts[];
  /** False for rows that are shown but were not drawn: they are judged, but represent no other rows. */
  readonly counted: boolean;
}

/** Rows that are asked about together. */
export interface RowBatch {
  readonly rows: readonly StuckRow[];
  readonly counted: boolean;
}

/** What is asked and what is known already when the facts of a batch are collected. */
export interface FactSources {
  readonly rows: Pick<RowsToVerify, 'snapshot' | 'table'> & { readonly sessions: Pick<SessionsView, 'find'> };
  readonly outside: Pick<Outside, 'broker' | 'workers'>;
  /** Under which names Celery knows the tasks of the rows. */
  readonly names: CeleryNames;
  readonly readers: RowReaders;
  /** All results, those in tables of the snapshot included. */
  readonly results: ResultReader;
}

/** What was asked of one batch. */
interface Questions {
  /** Resolves when the snapshot can be asked about the next batch: every question that depends on no answer was sent. */
  readonly snapshotFree: Promise<unknown>;
  readonly answers: Promise<BatchFacts>;
}

/** The facts of all batches, in their order. @throws Problem */
export async function* collectFacts(
  batches: AsyncIterable<RowBatch>,
  sources: FactSources,
): AsyncGenerator<BatchFacts, undefined> {
  const iterator = batches[Symbol.asyncIterator]();
  for (let next = iterator.next(); ;) {
    const batch = await next;
    if (batch.done === true) return undefined;
    const { snapshotFree, answers } = ask(batch.value, sources);
    ignoreEarlyRejection(answers);
    await snapshotFree;
    // PostgreSQL reads the next rows while the other servers still answer for these.
    ignoreEarlyRejection((next = iterator.next()));
    yield await answers;
  }
}

/** Asks all sources about the rows of one batch. */
export function ask({ rows, counted }: RowBatch, sources: FactSources): Questions {
  const { outside, results, readers } = sources;
  const { effects, touches } = readers;
  // Results that are read in the same snapshot: its questions have to wait for each other.
  const oneByOne = readers.tables !== undefined;
  const recorded = results.find(rows.map(({ taskId }) => taskId).filter((id) => id !== ''));
  const byId = rows.map((row) => seenById(row, outside));
  const hasUnclear = byId.includes(null);
  const clear = byId.filter((seen) => seen !== null);
  const touched = touches.of(rows);
  const waits = oneByOne || hasUnclear;
  const compare = (): Promise<readonly SeenRow[]> => compareArguments(rows, byId, sources);
  const seen = !hasUnclear ? clear : oneByOne ? recorded.then(compare) : compare();
  const signsLater = async (): ReturnType<EffectReader['signs']> => {
    if (oneByOne) await recorded;
    return await effects.signs(withoutPlace(await seen));
  };
  const signs = waits ? signsLater() : effects.signs(withoutPlace(clear));
  const answers = async (): Promise<BatchFacts> => {
    const [records, effectSigns, known, rowTouches] = await Promise.all([recorded, signs, seen, touched]);
    const facts = known.map((each) => {
      const { row } = each;
      const session = signOf(sources.rows.sessions.find(row), rowTouches.get(row.xmax ?? ''));
      return factsOf(each, records.get(row.taskId) ?? null, effectSigns.get(row.id) ?? null, session);
    });
    return { facts, counted, results: results.report, effects: effects.report };
  };
  return { snapshotFree: waits ? signs : Promise.resolve(), answers: answers() };
}

/** Where something else has the number of a row, the arguments tell whose it is. @param byId null for such rows */
async function compareArguments(
  rows: readonly StuckRow[],
  byId: readonly (SeenRow | null)[],
  { rows: { snapshot, table }, outside, names }: FactSources,
): Promise<readonly SeenRow[]> {
  const unclear = rows.filter((_, at) => byId[at] === null).map(({ id }) => id);
  const marks = await table.kind.extras.arguments?.(snapshot, table, unclear);
  return rows.map(
    (row, at) => byId[at] ?? seenByNumber(row, outside, { names, arguments: marks?.get(row.id) ?? null }),
  );
}

function factsOf(
  { row, messages, tasks, doubtful, sameNumber }: SeenRow,
  result: ResultRecord | null,
  effect: EffectSign | null,
  session: SessionSign | null,
): RowFacts {
  const facts: RowFacts = { row, messages, tasks, result, effect, twin: null, rival: null, session };
  // Most rows have neither: a copy of each would cost more than judging it.
  if (!doubtful && !sameNumber) return facts;
  return { ...facts, ...(doubtful ? { doubtful } : {}), ...(sameNumber ? { sameNumber } : {}) };
}

function signOf(saves: SessionSign['saves'], touch: RowTouch | undefined): SessionSign | null {
  return saves.length === 0 && touch === undefined ? null : { saves, touch: touch ?? null };
}

/** All batches; after those of a sample the rows that are shown and were not drawn. @throws Problem */
export async function* batchesOf({ snapshot, table, batches, sample, shown }: RowsToVerify): AsyncGenerator<RowBatch> {
  const left = new Set(sample ? shown : []);
  for await (const rows of batches) {
    for (const { id } of rows) left.delete(id);
    yield { rows, counted: true };
  }
  if (left.size > 0) yield { rows: await table.kind.rowsById(snapshot, table, [...left]), counted: false };
}
