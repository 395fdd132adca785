/** The story of one task: its row by id or by Celery id, whatever its status, and what every source says of it. */
import { number } from '../base/numbers';
import { Problem } from '../base/problem';
import { redactData } from '../base/redact';
import { celeryName, PUBLISHING_SECONDS } from '../causes/helpers';
import { ELSEWHERE } from '../model/storyWords';
import type { StuckRow } from '../model/facts';
import type { StepId } from '../model/progress';
import type { SourceReport } from '../model/sources';
import type { AskedTask, TaskStory } from '../model/story';
import type { Snapshot } from '../ports/database';
import { allResults } from '../results/allResults';
import { databaseResults } from '../results/databaseResults';
import { withOtherDatabase } from '../results/otherDatabase';
import { failureGap } from '../sql/savepoint';
import { limitToTable } from '../tables/budget';
import { readClock } from '../tables/clock';
import { findTable } from '../tables/findTable';
import { readSessions } from '../tables/sessions';
import type { TaskTable } from '../tables/table';
import { recommendFor } from '../verdicts/advice';
import { inOrderOfDoing } from '../verdicts/advice/order';
import { evidenceWithoutRow } from '../verdicts/sentences/noRow';
import { postgresReport } from './hiddenReport';
import type { Caller, CheckOptions, CheckSources, VerificationOptions } from './options';
import { againSteps, LOOK_STEPS, lookOutside, seenAgain, type Outside } from './readServers';
import type { RowsToVerify } from './rowsToVerify';
import { Run } from './run';
import { VERIFY_STEPS, verifyRows } from './verifyRows';

/** Tables up to this size are read for one row's sake, which takes a fraction of a second. */
const SMALL_BYTES = 256 * 1024 * 1024;

/** No row has it. */
const NO_ROW = -1;

export interface StoryOptions extends Pick<CheckOptions, 'table' | 'maskedKeys'> {
  readonly verification: VerificationOptions;
  /**
   * Whether other rows are asked what they say of this one, which reads the whole table and takes as long as a check. Absent: where the
   * table is so small that it takes no time.
   */
  readonly compares?: boolean | undefined;
}

/** The steps of a story, by their ids and in their order. @param broker the one that is looked at */
export function storyPlan(broker?: CheckSources['broker']): readonly StepId[] {
  return ['find', ...LOOK_STEPS, 'table', ...againSteps(broker), ...VERIFY_STEPS];
}

/**
 * Tells what is known of one task. A row id costs some look-ups by primary key; a Celery id without an index one pass over the table,
 * which may take as long as fits its size (`tables/budget.ts`).
 * @returns a story whose `task` is null where there is no such row, with what else was found of the id
 * @throws Problem: `cancelled`, or why PostgreSQL could not be reached or read; any other source that fails is in `sources`
 */
export async function tellStory(
  sources: CheckSources,
  options: StoryOptions,
  asked: AskedTask,
  caller: Caller,
): Promise<TaskStory> {
  const run = new Run(caller, storyPlan(sources.broker));
  const { postgres } = sources;
  run.throwIfCancelled();
  run.progress.next('find', 'Finding the task', `Looking for ${askedText(asked)} in ${postgres.address}...`);
  const { table, ids } = await postgres.read(
    (snapshot) => find(snapshot, options.table, asked, run),
    run.signal,
    run.meter,
  );
  return await lookOutside(sources, options.verification, run, async (outside) => {
    run.progress.next('table', 'Reading its row');
    const tell = async (snapshot: Snapshot): Promise<TaskStory> => {
      // It must be the first question of its snapshot.
      const sessions = await readSessions(snapshot, table);
      const { now, serverVersion } = await readClock(snapshot, 0);
      const read = postgresReport(`PostgreSQL ${serverVersion} at ${postgres.address}`, table.hiding);
      const about = { schemaVersion: 1, generatedAt: now, asked: { id: String(asked.id), by: asked.by } } as const;
      const place = { snapshot, table, now, sessions, outside, read };
      const [first, ...others] = ids;
      const id = first ?? (await rowOfMessage(place, asked));
      const found = id === undefined ? undefined : await storyOfRow(place, id, options, run);
      if (!found) return { ...about, ...(await storyWithoutRow(place, asked, run)) };
      return {
        ...about,
        ...found,
        ...(first === undefined ? { foundBy: 'message' } : {}),
        ...(others.length > 0 ? { others } : {}),
      };
    };
    return redactData(await postgres.read(tell, run.signal, run.meter));
  });
}

/** `row 123`, `the Celery id 4f0c…` */
function askedText({ by, id }: AskedTask): string {
  return by === 'row' ? `row ${String(id)}` : `the Celery id ${id}`;
}

interface FoundRows {
  readonly table: TaskTable;
  /** Newest first. */
  readonly ids: readonly number[];
}

/** Finds the table, and the rows with a Celery id. Whether a row has the id that was asked for is seen when it is read. */
async function find(snapshot: Snapshot, name: string, asked: AskedTask, run: Run): Promise<FoundRows> {
  const table = await findTable(snapshot, name);
  if (asked.by === 'row') return { table, ids: [asked.id] };
  const { celeryIds } = table.kind.extras;
  if (!celeryIds) return { table, ids: [] };
  if (!(await celeryIds.indexed(snapshot, table))) {
    const rows = table.estimatedRows === null ? '' : `, about ${number(table.estimatedRows)} rows`;
    run.progress.say(`task_id has no index: reading the whole table${rows}...`);
    await limitToTable(snapshot, table);
  }
  try {
    const ids = await celeryIds.find(snapshot, table, asked.id);
    if (ids === null)
      throw new Problem(
        'permission',
        `A Celery id cannot be looked for, because role ${table.role} may not read the column task_id of ${table.sql}: ask by the id of the row, or grant SELECT on the column.`,
      );
    return { table, ids };
  } catch (error) {
    // A cancel ends the statement in the same way.
    if (run.signal.aborted || failureGap(error, '').kind !== 'slow') throw error;
    throw new Problem(
      'timeout',
      `Looking for a Celery id in ${table.sql} took longer than the statement timeout allows, because task_id has no index: ask by the id of the row, or raise celeryTasks.statementTimeout (--statement-timeout on the command line).`,
      { cause: error },
    );
  }
}

/** One snapshot with what is known around its rows. */
interface Place extends Pick<RowsToVerify, 'snapshot' | 'table' | 'now' | 'sessions'> {
  readonly outside: Outside;
  readonly read: SourceReport;
}

type Told = Omit<TaskStory, 'schemaVersion' | 'generatedAt' | 'asked'>;

/** @returns undefined where there is no row with this id */
async function storyOfRow(place: Place, id: number, options: StoryOptions, run: Run): Promise<Told | undefined> {
  const { snapshot, table, now, sessions, read } = place;
  const { maskedKeys } = options;
  const [row] = await table.kind.rowsById(snapshot, table, [id]);
  const details = (await table.kind.samples(snapshot, table, [id], maskedKeys)).get(id);
  if (!row || !details) return undefined;
  // What became of a task that ended, its row says itself: nothing is waited for.
  const outside = recordsItsEnd(row) ? place.outside : await seenAgain(place.outside, run);
  const { taskModule, taskName } = row;
  const types = [{ taskModule, taskName, count: 1, samples: [details] }];
  const compares = comparesOthers(row, table, options);
  const alike = compares && outside.broker.bounds ? await countAlike(snapshot, table, row) : undefined;
  const onlyByKey = compares ? {} : { onlyByKey: recordsItsEnd(row) ? ('ended' as const) : ('large' as const) };
  const rows: RowsToVerify = {
    snapshot,
    table,
    now,
    types,
    batches: once(row),
    shown: new Set([id]),
    sessions,
    maskedKeys,
    ...(alike ? { alike } : {}),
    ...onlyByKey,
  };
  const { shown, found, sources } = await verifyRows(rows, outside, options.verification, run);
  const { verification, celeryState } = shown.get(id) ?? {};
  return {
    task: { taskModule, taskName, ...details, ...(celeryState === undefined ? {} : { celeryState }) },
    ...(verification ? { verification } : {}),
    // What is to be done about rows that are open is nothing for one that ended.
    recommendations: recordsItsEnd(row)
      ? []
      : inOrderOfDoing(recommendFor(found).filter(({ rows: helped = 0 }) => helped > 0)),
    sources: [read, outside.broker.report, outside.workers.report, ...sources, ...outside.reports],
  };
}

/** Those whose messages are no longer on their way. */
async function countAlike(snapshot: Snapshot, table: TaskTable, row: StuckRow): Promise<RowsToVerify['alike']> {
  const counted = await table.kind.extras.alike?.(snapshot, table, row, PUBLISHING_SECONDS);
  return counted && new Map([[celeryName(row), counted]]);
}

function recordsItsEnd({ state, runs }: StuckRow): boolean {
  return state === 'ended' && !runs.begunAfterEnd;
}

function comparesOthers(row: StuckRow, { bytes }: TaskTable, { compares }: StoryOptions): boolean {
  if (recordsItsEnd(row)) return false;
  return compares ?? (bytes > 0 && bytes <= SMALL_BYTES);
}

/**
 * A retry and a further page have Celery ids of their own, which their row never gets: their message names the row by its number. Another
 * application has rows with the same numbers, so the task must be the same, too.
 */
async function rowOfMessage({ snapshot, table, outside }: Place, asked: AskedTask): Promise<number | undefined> {
  const named = new Map(
    seenOutside(outside, asked).flatMap(({ managerId, task }) =>
      managerId !== null && Number.isSafeInteger(managerId) && managerId > 0 ? [[managerId, task]] : [],
    ),
  );
  if (asked.by === 'row' || named.size === 0) return undefined;
  const rows = await table.kind.rowsById(snapshot, table, [...named.keys()]);
  return rows.find((row) => named.get(row.id) === celeryName(row))?.id;
}

function seenOutside({ broker, workers }: Outside, asked: AskedTask) {
  const sought = asked.by === 'row' ? { id: asked.id, taskId: '' } : { id: NO_ROW, taskId: asked.id };
  return [...broker.find(sought), ...workers.find(sought)];
}

async function storyWithoutRow(place: Place, asked: AskedTask, run: Run): Promise<Told> {
  const { snapshot, now, read } = place;
  const outside = await seenAgain(place.outside, run);
  const { broker, workers } = outside;
  const sought = asked.by === 'row' ? { id: asked.id, taskId: '' } : { id: NO_ROW, taskId: asked.id };
  const tables = await databaseResults(snapshot);
  return await withOtherDatabase(outside.resultsDatabase, run, async (database) => {
    const results = allResults(outside.results, [tables, database]);
    const { taskId } = sought;
    const result = taskId === '' ? undefined : ((await results.find([taskId])).get(taskId) ?? null);
    const messages = broker.find(sought);
    const tasks = workers.find(sought);
    const knows = { broker: messages.length > 0, workers: tasks.length > 0, results: result != null };
    const evidence = evidenceWithoutRow(
      { messages, tasks, result, taskId },
      { broker, workers, results: results.report, now: Date.parse(now) / 1000 },
    );
    return {
      task: null,
      elsewhere: { known: ELSEWHERE.filter((source) => knows[source]), evidence },
      recommendations: [],
      sources: [read, broker.report, workers.report, results.report, ...outside.reports],
    };
  });
}

// eslint-disable-next-line @typescript-eslint/require-await -- an AsyncIterable of what is there already
async function* once(row: StuckRow): AsyncGenerator<readonly StuckRow[]> {
  yield [row];
}
