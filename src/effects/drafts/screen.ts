/** What the columns of a table may say of a task's run, and which of that a few known tasks bear out. */
import { quoteIdentifier } from '../../sql/identifiers';
import { attempt } from '../../sql/savepoint';
import { taskTypeName } from '../../model/diagnosis';
import type { EffectCondition, EffectRule } from '../../model/effectRule';
import type { TypeId } from '../../model/taskType';
import type { Snapshot } from '../../ports/database';
import type { Relation } from '../../sql/relation';
import type { TaskTable } from '../../tables/table';
import { NO_ROW, ruleQuery } from '../query';
import { usableTables } from '../tables';
import type { Lead } from './lead';

/** The known tasks of one type by their ids. */
export interface KnownIds {
  readonly finished: readonly number[];
  readonly notRun: readonly number[];
}

/** Known tasks of a kind that are asked about. */
const ASKED = 300;
const MOST_TIMES = 4;
const MOST_STATES = 3;
/** A column with more values is no state. */
const MOST_VALUES = 12;
const LONGEST_VALUE = 60;
/** Rows that are read for the values of a column. */
const ROWS_FOR_VALUES = 2000;
/** The share of the tasks of one kind that must have what shows it, and the share of the others that may. */
const LEAST_SHARE = 0.3;
const FALSE_SHARE = 0.03;
/** A value that so few tasks have tells nothing. */
const RARE = 0.02;
/** Seconds: an effect lies close to its task, and what changes later changes for other reasons. */
const WINDOWS = [3600, 86_400];

const STATE_NAME = /(?:status|state|result|phase|stage|outcome)$/i;
const LIKELY_TIME = /(?:sent|done|finish|complet|process|ran|run|execut|deliver|updat|modif|last|clos|paid|creat)/i;

/** Where candidates are tried. */
export interface Place {
  readonly snapshot: Snapshot;
  readonly table: TaskTable;
  readonly task: Relation;
  readonly type: TypeId;
  readonly known: KnownIds;
}

/** A rule, and how well it did on a few known tasks. */
export interface Screened {
  readonly rule: EffectRule;
  /** The column that it looks at. */
  readonly column: string;
  readonly score: number;
}

/** A column that may tell a run, with what it would say. */
interface Said {
  readonly column: string;
  readonly outcomes: EffectRule['outcomes'];
  readonly noRow?: NonNullable<EffectRule['noRow']>;
}

/** The rules that a few known tasks bear out, in no order. @throws Problem when the snapshot itself failed */
export async function screened(lead: Lead, place: Place): Promise<Screened[]> {
  const times = timesOf(lead, place);
  const said = times.flatMap((column) => saidOfTime(column, lead.made));
  for (const column of statesOf(lead)) said.push(...(await saidOfState(column, times, lead, place)));
  const found: Screened[] = [];
  for (const one of said) {
    const rule = ruleOf(lead, place.type, one);
    const score = await scoreOf(rule, lead, place);
    if (score !== undefined) found.push({ rule, column: one.column, score });
  }
  return found;
}

/** Columns with times that can be compared with the task's own, the most likely first. */
function timesOf({ relation }: Lead, { task, table }: Place): string[] {
  const { created } = table.kind.columns;
  const type = created === undefined ? undefined : task.types.get(created);
  return [...relation.types]
    .filter(([column, one]) => one === type && relation.readable.has(column))
    .map(([column]) => column)
    .sort((a, b) => Number(LIKELY_TIME.test(b)) - Number(LIKELY_TIME.test(a)))
    .slice(0, MOST_TIMES);
}

function statesOf({ relation }: Lead): string[] {
  return [...relation.types]
    .filter(([column, type]) => relation.readable.has(column) && (type === 'boolean' || STATE_NAME.test(column)))
    .map(([column]) => column)
    .slice(0, MOST_STATES);
}

function saidOfTime(column: string, made: boolean): Said[] {
  const before = {
    when: [{ column, before: 'created_at' as const }],
    says: 'not-executed' as const,
    text: `${column} is {${column}}, before this task was created.`,
  };
  const unset = { when: [{ column, null: true }], says: 'not-executed' as const, text: `${column} is not set.` };
  const noRow = { says: 'not-executed' as const, text: 'There is no such row.' };
  const not = made ? [] : [before, unset];
  return WINDOWS.map((within) => ({
    column,
    outcomes: [{ when: [{ column, within }], says: 'executed', text: textOfWindow(column, within) }, ...not],
    ...(made ? { noRow } : {}),
  }));
}

function textOfWindow(column: string, seconds: number): string {
  return `${column} is {${column}}, within ${seconds < 86_400 ? 'an hour' : 'a day'} after this task was created.`;
}

/** What a state says, by which of its values finished tasks and those that did not run have. */
async function saidOfState(column: string, times: readonly string[], lead: Lead, place: Place): Promise<Said[]> {
  const values = await valuesOf(column, lead, place);
  if (values.length < 2) return [];
  const probe = ruleOf(lead, place.type, {
    column,
    outcomes: values.map((value) => ({ when: [{ column, equals: value }], says: 'executed', text: 'x' })),
  });
  const counts = await tally(probe, lead, place);
  if (!counts) return [];
  const shareOf = (value: number, kind: keyof KnownIds): number => counts[kind].get(String(value)) ?? 0;
  const indexes = values.map((_, index) => index);
  const isOnly = (index: number, kind: keyof KnownIds, other: keyof KnownIds): boolean =>
    shareOf(index, kind) > RARE && shareOf(index, other) <= FALSE_SHARE / 3;
  const ran = indexes.filter((index) => isOnly(index, 'finished', 'notRun')).flatMap((index) => values[index] ?? []);
  const waits = indexes.filter((index) => isOnly(index, 'notRun', 'finished')).flatMap((index) => values[index] ?? []);
  const is = (some: readonly (string | boolean)[]): EffectCondition => {
    const [only] = some;
    return some.length === 1 && only !== undefined ? { column, equals: only } : { column, in: [...some] };
  };
  const text = `${column} is {${column}}.`;
  const not = waits.length === 0 ? [] : [{ when: [is(waits)], says: 'not-executed' as const, text }];
  if (ran.length === 0) return [];
  // A row may outlive several tasks, so its state shows a run only together with a time.
  if (times.length === 0) return [{ column, outcomes: [{ when: [is(ran)], says: 'executed', text }, ...not] }];
  return times.slice(0, 2).map((time) => ({
    column,
    outcomes: [
      {
        when: [is(ran), { column: time, atOrAfter: 'created_at' as const }],
        says: 'executed' as const,
        text: `${column} is {${column}}, and ${time} is {${time}}, after this task was created.`,
      },
      ...not,
    ],
  }));
}

/** The values of a column in a few of its rows; none where it has too many, or cannot be read in time. */
async function valuesOf(column: string, { relation }: Lead, { snapshot }: Place): Promise<(string | boolean)[]> {
  if (relation.types.get(column) === 'boolean') return [true, false];
  const name = quoteIdentifier(column);
  const answer = await attempt(snapshot, () =>
    snapshot.query(
      `select distinct ${relation.text.send('value')} as value
         from (select left(${name}::text, ${String(LONGEST_VALUE + 1)}) as value from ${relation.sql} limit ${String(ROWS_FOR_VALUES)}) as first_rows
        where value is not null limit ${String(MOST_VALUES + 1)}`,
    ),
  );
  if ('error' in answer || answer.value.length > MOST_VALUES) return [];
  const values = answer.value.map(({ value }) => relation.text.read(value ?? ''));
  return values.every((value) => value.length <= LONGEST_VALUE && relation.text.fits(value)) ? values : [];
}

function ruleOf({ named, find }: Lead, type: TypeId, { outcomes, noRow }: Said): EffectRule {
  return { task: taskTypeName(type), table: named.name, find, outcomes, ...(noRow ? { noRow } : {}) };
}

type Shares = Readonly<Record<keyof KnownIds, ReadonlyMap<string, number>>>;

/** Of some known tasks of each kind the share that gets each answer of the rule; undefined where it cannot be asked. */
async function tally(
  rule: EffectRule,
  { relation }: Lead,
  { snapshot, table, task, known }: Place,
): Promise<Shares | undefined> {
  const tables = usableTables(rule, table.kind.columns, task, relation, undefined);
  if ('says' in tables) return undefined;
  const { outcomes, values } = ruleQuery(rule, tables);
  const shares = { finished: new Map<string, number>(), notRun: new Map<string, number>() };
  for (const kind of ['finished', 'notRun'] as const) {
    const ids = known[kind].slice(0, ASKED);
    if (ids.length === 0) continue;
    const answer = await attempt(snapshot, () => snapshot.query(outcomes, [ids, ...values]));
    if ('error' in answer) return undefined;
    for (const { outcome, ids: found } of answer.value)
      shares[kind].set(outcome ?? '', new Set((found ?? '').split(',')).size / ids.length);
  }
  return shares;
}

/** How well a rule separates a few known tasks, 0 to 2; undefined where it does not. */
async function scoreOf(rule: EffectRule, lead: Lead, place: Place): Promise<number | undefined> {
  const shares = await tally(rule, lead, place);
  if (!shares) return undefined;
  const shareOf = (kind: keyof KnownIds, says: string): number => {
    let sum = 0;
    for (const [outcome, share] of shares[kind]) {
      const said = outcome === NO_ROW ? rule.noRow?.says : rule.outcomes[Number(outcome)]?.says;
      if (said === says) sum += share;
    }
    return sum;
  };
  const [ran, falseAlarms] = [shareOf('finished', 'executed'), shareOf('notRun', 'executed')];
  const [not, misses] = [shareOf('notRun', 'not-executed'), shareOf('finished', 'not-executed')];
  // Tasks that wait are younger than finished ones, so that their rows are untouched for that alone: without a sign that tasks ran, "not
  // executed" follows from nothing.
  if (ran < LEAST_SHARE || falseAlarms > FALSE_SHARE) return undefined;
  return ran + (misses <= FALSE_SHARE ? not : 0);
}
