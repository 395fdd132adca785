/** Rules that the code of a task suggests: what its rows look like after a run, and what they look like without one. */
import type { EffectRule } from '../../model/effectRule';
import type { CodePlace } from '../../python/model';
import type { EndTrace, KeyValue, RowAtEnd, RowTrace, TaskTrace } from '../../python/django/trace';
import { better, saysOf, type Candidate, type Noted, type Said } from './codeCandidate';
import { foundRow } from './foundRow';
import { constantsOf, lookOf, type Look } from './look';
import { keysOfMade, madeRow } from './madeRow';
import { lookOfSent, sentTask } from './sentTasks';

/** What a draft is made for. */
export interface DraftedTask {
  /** `module.name` */
  readonly task: string;
  /** Which of its rows the code is for; absent: all. */
  readonly where?: EffectRule['where'];
  /** `table` or `schema.table` */
  readonly taskTable: string;
  /** The path of a file from the workspace on. */
  readonly path: (file: string) => string;
  /** Where a place of the code is shown, if elsewhere. */
  readonly place?: (place: CodePlace) => CodePlace;
}

/** A run that ends so is none that failed: it gave up, or it comes again. */
const GAVE_UP = /^(AbortTask|RetryTask|Retry|Ignore|DoesNotExist)$/;

/** The candidates, best first. */
export function candidatesOf(drafted: DraftedTask, trace: TaskTrace): Candidate[] {
  const rows = new Map<string, RowTrace>();
  for (const end of trace.ends) if (end.raised === undefined) for (const [key, { row }] of end.rows) rows.set(key, row);
  const found = [...rows.values()].flatMap((row) => ofRow(drafted, row, trace));
  const sent = trace.sent.flatMap((task) => {
    const look = task.name === drafted.task ? undefined : lookOfSent(task, drafted.taskTable, trace.required);
    return look ? sentTask(task).flatMap((said) => candidate(drafted, look, said, []) ?? []) : [];
  });
  return different([...found, ...sent].sort(better));
}

function ofRow(drafted: DraftedTask, row: RowTrace, trace: TaskTrace): Candidate[] {
  const keys = row.how === 'found' ? keysOfFound(row, trace.ends) : keysOfMade(row, endsOf(trace.ends, row));
  const look = lookOf(row, keys);
  if (!look) return [];
  const speaks = trace.ends.filter((end) => !isOfOthers(look, row, end));
  const well = speaks.filter(({ raised }) => raised === undefined);
  const failed = trace.isAtomic ? [] : speaks.filter(({ raised }) => raised !== undefined && !GAVE_UP.test(raised));
  if (row.how !== 'found' && isOfMissing(row, well)) return [];
  const isSentByDeletion = trace.sent.some(({ name, isIncidental }) => name === drafted.task && isIncidental);
  const ends = { row, look, well: endsOf(well, row), failed: endsOf(failed, row), all: speaks };
  const said = [
    ...(row.how === 'made' ? [] : foundRow({ ...ends, trace, isSentByDeletion })),
    ...(row.how === 'found' ? [] : madeRow(row, look, ends.well, isSharedRow(row, look, trace))),
  ];
  const finds: Noted[] =
    row.how === 'found'
      ? [{ says: `Looks up ${row.model.table} by ${[...row.by.keys()].join(', ')}.`, place: row.place }]
      : [];
  return said.flatMap((one) => candidate(drafted, look, one, finds) ?? []);
}

/** The first of those with the same rule. */
function different(candidates: readonly Candidate[]): Candidate[] {
  const rules = new Map<string, Candidate>();
  for (const each of candidates) {
    const { table, fixed, find, join, outcomes, noRow } = each.rule;
    const tests = outcomes.map(({ when, says, atLeast }) => [when, says, atLeast]);
    const key = JSON.stringify([table, fixed, find, join, tests, noRow?.says]);
    if (!rules.has(key)) rules.set(key, each);
  }
  return [...rules.values()];
}

/** What the look-up asks for beside the arguments, where the task leaves it as it is. */
function keysOfFound(row: RowTrace, ends: readonly EndTrace[]): ReadonlyMap<string, KeyValue> {
  const isWritten = (column: string): boolean =>
    ends.some(({ rows }) => rows.get(row.key)?.columns.get(column)?.place !== undefined);
  return new Map([...constantsOf(row).filter(([column]) => !isWritten(column)), ...row.by]);
}

function endsOf(ends: readonly EndTrace[], row: RowTrace): (RowAtEnd | undefined)[] {
  return ends.map(({ rows }) => rows.get(row.key));
}

/** An end of runs that the rule does not speak of: the row that it looks for does not exist, or the argument is empty. */
function isOfOthers(look: Look, row: RowTrace, { rows, empty }: EndTrace): boolean {
  if (look.places.some((place) => empty.has(place))) return true;
  if (row.how === 'found') return rows.get(row.key)?.state === 'missing';
  return false;
}

/** The row does not have all values that tell one sending of the task from another, or a run that is to come again makes it too. */
function isSharedRow(row: RowTrace, look: Look, trace: TaskTrace): boolean {
  return (
    !trace.required.every((places) => look.places.includes(places)) ||
    trace.ends.some(({ raised, rows }) => raised === 'RetryTask' && rows.get(row.key)?.isTouched === true)
  );
}

/** A row that is made only where another one is missing tells of a failure, and not of the task's work. */
function isOfMissing(row: RowTrace, ends: readonly EndTrace[]): boolean {
  const makers = ends.filter(({ rows }) => rows.get(row.key)?.isTouched === true);
  return (
    makers.length > 0 &&
    makers.every(({ rows }) =>
      [...rows.values()].some(({ row: { how }, state }) => how === 'found' && state === 'missing'),
    )
  );
}

function candidate(drafted: DraftedTask, look: Look, said: Said, finds: readonly Noted[]): Candidate | undefined {
  const { outcomes, noRow, why, everyRun, guarded, timed } = said;
  const says = saysOf({ outcomes: [...outcomes], ...(noRow ? { noRow } : {}) });
  if (!says) return undefined;
  const { place: shown = (place: CodePlace) => place } = drafted;
  const noted = [...finds, ...why].map(({ says: sentence, place }) => ({ says: sentence, place: shown(place) }));
  const rule: EffectRule = {
    task: drafted.task,
    ...(drafted.where ? { where: drafted.where } : {}),
    table: look.table,
    ...(look.fixed ? { fixed: look.fixed } : {}),
    find: look.find,
    ...(look.join ? { join: look.join } : {}),
    outcomes: [...outcomes],
    ...(noRow ? { noRow } : {}),
  };
  return {
    rule,
    says,
    guarantees: { everyRun, guarded, timed, oneRow: look.oneRow },
    from: 'code',
    why: noted.map(({ says: sentence, place }) => ({
      says: sentence,
      file: drafted.path(place.file),
      line: place.line + 1,
    })),
    places: noted.map(({ place }) => place),
  };
}
