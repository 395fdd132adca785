/** Rules that the code of a task suggests: what its rows look like after a run, and what they look like without one. */
import type { EffectCondition, EffectRule } from '../../model/effectRule';
import type { CodePlace } from '../../python/model';
import type { Field } from '../../python/django/fields';
import type { Model } from '../../python/django/models';
import {
  NOW,
  OTHER,
  UNCHANGED,
  type EndTrace,
  type RowAtEnd,
  type RowTrace,
  type TaskTrace,
} from '../../python/django/trace';

/** Why the draft says what it says, with the place in the code. */
export interface Reason {
  readonly kind: 'find' | 'writes-time' | 'writes-value' | 'stamps' | 'fills' | 'makes' | 'makes-or-finds' | 'deletes';
  readonly column: string;
  readonly place: CodePlace;
}

/** A rule that the code suggests, before anybody tested it. */
export interface Candidate {
  readonly rule: EffectRule;
  readonly why: readonly Reason[];
  /** How much it can say, for the order of candidates: a rule that says both what ran and what did not comes first. */
  readonly says: 'both' | 'executed' | 'not-executed';
}

type Outcome = EffectRule['outcomes'][number];

interface Said {
  readonly outcomes: readonly Outcome[];
  readonly noRow?: EffectRule['noRow'];
  readonly why: readonly Reason[];
}

/** The candidates, best first. */
export function candidatesOf(task: string, trace: TaskTrace): Candidate[] {
  const ends = trace.ends.filter(({ raised }) => raised === undefined);
  const failures = trace.ends.filter(
    ({ raised }) => raised !== undefined && !/^(AbortTask|RetryTask|Retry|Ignore|DoesNotExist)$/.test(raised),
  );
  const rows = new Map<string, RowTrace>();
  for (const end of ends) for (const [key, { row }] of end.rows) rows.set(key, row);
  const found: Candidate[] = [];
  for (const row of rows.values()) {
    if (!isLedToByArguments(row)) continue;
    for (const said of saidOf(row, ends, failures)) {
      const rule = ruleOf(task, row, said);
      if (rule)
        found.push({
          rule,
          why: [{ kind: 'find', column: row.model.table, place: row.place }, ...said.why],
          says: saysOf(rule),
        });
    }
  }
  return found.sort((a, b) => RANK.indexOf(a.says) - RANK.indexOf(b.says));
}

const RANK: readonly Candidate['says'][] = ['both', 'executed', 'not-executed'];

function saysOf({ outcomes, noRow }: EffectRule): Candidate['says'] {
  const all = [...outcomes.map(({ says }) => says), ...(noRow ? [noRow.says] : [])];
  const executed = all.some((says) => says === 'executed' || says === 'failed');
  return executed ? (all.includes('not-executed') ? 'both' : 'executed') : 'not-executed';
}

/** Only the arguments lead to it: a row behind another row is not looked for. */
function isLedToByArguments({ by }: RowTrace): boolean {
  const keys = [...by.values()];
  return keys.some(({ kind }) => kind === 'argument') && keys.every(({ kind }) => kind !== 'column');
}

function saidOf(row: RowTrace, ends: readonly EndTrace[], failures: readonly EndTrace[]): Said[] {
  if (row.how === 'found') {
    const relevant = ends.filter((end) => !isNotThere(row, end));
    if (relevant.length === 0) return [];
    const at = relevant.map((end) => end.rows.get(row.key));
    if (at.every((each) => each?.state === 'deleted')) return [deleted(row)];
    return [...times(row, at), ...values(row, at, failures), ...stamps(row, at), ...fills(row, at)];
  }
  const at = ends.map((end) => end.rows.get(row.key));
  return made(row, at);
}

/** The code looked for the row by its arguments alone, and it does not exist. */
function isNotThere(row: RowTrace, { rows }: EndTrace): boolean {
  return rows.get(row.key)?.state === 'missing' && row.filters.length === 0 && !row.isNarrowed;
}

/** What a column may hold at the normal ends. */
function valuesAt(
  at: readonly (RowAtEnd | undefined)[],
  column: string,
): { values: Set<string>; isWritten: boolean; place: CodePlace | undefined } {
  const values = new Set<string>();
  let isWritten = true;
  let place: CodePlace | undefined;
  for (const each of at) {
    const trace = each?.columns.get(column);
    isWritten &&= trace?.written ?? false;
    place ??= trace?.place;
    for (const value of trace?.values ?? [UNCHANGED]) values.add(value);
  }
  return { values, isWritten, place };
}

function columnsAt(at: readonly (RowAtEnd | undefined)[]): Set<string> {
  return new Set(at.flatMap((each) => [...(each?.columns.keys() ?? [])]));
}

function fieldOf({ fields }: Model, column: string): Field | undefined {
  return [...fields.values()].find((field) => field.column === column);
}

function times(row: RowTrace, at: readonly (RowAtEnd | undefined)[]): Said[] {
  const out: Said[] = [];
  for (const column of columnsAt(at)) {
    const field = fieldOf(row.model, column);
    const { values, place } = valuesAt(at, column);
    if (!values.has(NOW) || !place || field?.stamped === 'saved' || field?.type !== 'DateTimeField') continue;
    if ([...values].some((value) => value !== NOW && value !== UNCHANGED)) continue;
    const always = !values.has(UNCHANGED);
    out.push({
      outcomes: [
        {
          when: [{ column, atOrAfter: 'created_at' }],
          says: 'executed',
          strength: 'likely',
          text: `${column} is {${column}}, after this task was created.`,
        },
        ...(always
          ? ([
              {
                when: [{ column, before: 'created_at' }],
                says: 'not-executed',
                text: `${column} is {${column}}, before this task was created.`,
              },
              ...(field.nullable
                ? [{ when: [{ column, null: true }], says: 'not-executed', text: `${column} is not set.` }]
                : []),
            ] as Outcome[])
          : []),
      ],
      why: [{ kind: 'writes-time', column, place }],
    });
  }
  return out;
}

/** Words of a state that a failure leaves; a run that ends well may leave it too, where it catches what failed. */
const FAILURE = /err|fail|reject|invalid|abort/i;

/** Columns into which the code writes constants: a status, a flag. */
function values(row: RowTrace, at: readonly (RowAtEnd | undefined)[], failures: readonly EndTrace[]): Said[] {
  const out: Said[] = [];
  for (const column of columnsAt(at)) {
    const field = fieldOf(row.model, column);
    const { values: ends, place } = valuesAt(at, column);
    if (!field || !place || ends.has(NOW) || !isState(field)) continue;
    const failed = failures
      .map((end) => end.rows.get(row.key)?.columns.get(column))
      .filter((trace) => trace?.written === true);
    const writtenThere = new Set(failed.flatMap((trace) => [...(trace?.values ?? [])]).filter(isConstant));
    const initial = field.default === undefined ? undefined : JSON.stringify(field.default);
    const written = new Set([...ends].filter(isConstant));
    const states = [...new Set([...written, ...writtenThere])].filter((value) => value !== initial);
    const executed = states.filter((value) => written.has(value) && !(writtenThere.has(value) && FAILURE.test(value)));
    const failedOnly = states.filter((value) => !executed.includes(value));
    // Whatever the way, the column does not keep its first value.
    const leavesInitial =
      initial !== undefined &&
      [...ends].every((value) => (isConstant(value) ? value !== initial : value === `!${initial}`));
    if (executed.length === 0) continue;
    const outcomes: Outcome[] = [
      outcomeOf(column, executed, 'executed'),
      ...(failedOnly.length > 0 ? [outcomeOf(column, failedOnly, 'failed')] : []),
      ...(leavesInitial ? [outcomeOf(column, [initial], 'not-executed')] : []),
    ];
    out.push({ outcomes, why: [{ kind: 'writes-value', column, place }] });
  }
  return out;
}

/** A column that tells a state, and no text for people. */
function isState({ type, name }: Field): boolean {
  return (
    /^(Char|Slug|Boolean|NullBoolean|SmallInteger|PositiveSmallInteger|Integer)Field$/.test(type) &&
    !/(text|message|url|comment|description|details?|title|name)$/i.test(name)
  );
}

function outcomeOf(column: string, json: readonly string[], says: Outcome['says']): Outcome {
  const all = json.map((value) => JSON.parse(value) as string | number | boolean | null);
  const [only] = all;
  const condition: EffectCondition =
    all.length === 1
      ? only === null || only === undefined
        ? { column, null: true }
        : { column, equals: only }
      : { column, in: all.filter((value) => value !== null) };
  return {
    when: [condition],
    says,
    ...(says === 'not-executed' ? {} : { strength: 'likely' as const }),
    text: `${column} is {${column}}.`,
  };
}

/** Every run that ends well saves the row, so a row that was saved before the task was created shows that it did not run. */
function stamps(row: RowTrace, at: readonly (RowAtEnd | undefined)[]): Said[] {
  if (!at.every((each) => each?.isSaved === true)) return [];
  return [...row.model.fields.values()]
    .filter(({ stamped }) => stamped === 'saved')
    .flatMap(({ column }) => {
      const { values: ends, place } = valuesAt(at, column);
      if (ends.size !== 1 || !ends.has(NOW) || !place) return [];
      const outcome: Outcome = {
        when: [{ column, before: 'created_at' }],
        says: 'not-executed',
        text: `The row was last saved at {${column}}, before this task was created.`,
      };
      return [{ outcomes: [outcome], why: [{ kind: 'stamps' as const, column, place }] }];
    });
}

/** A column that is empty until the task fills it. */
function fills(row: RowTrace, at: readonly (RowAtEnd | undefined)[]): Said[] {
  const out: Said[] = [];
  for (const column of columnsAt(at)) {
    const field = fieldOf(row.model, column);
    const { values: ends, isWritten, place } = valuesAt(at, column);
    if (!field?.nullable || (field.default !== undefined && field.default !== null) || !isWritten || !place) continue;
    if (ends.has(UNCHANGED) || ends.has('null') || ends.has(NOW) || [...ends].every(isConstant)) continue;
    // A value that was not followed may be null.
    if (ends.has(OTHER)) continue;
    out.push({
      outcomes: [{ when: [{ column, null: true }], says: 'not-executed', text: `${column} is not set.` }],
      why: [{ kind: 'fills', column, place }],
    });
  }
  return out;
}

function deleted(row: RowTrace): Said {
  return {
    outcomes: [{ says: 'not-executed', text: 'The row still exists.' }],
    noRow: { says: 'executed', strength: 'likely', text: 'The row was deleted.' },
    why: [{ kind: 'deletes', column: row.model.table, place: row.place }],
  };
}

function made(row: RowTrace, at: readonly (RowAtEnd | undefined)[]): Said[] {
  const always = at.every((each) => each?.state === 'there');
  const stamp = [...row.model.fields.values()].find(({ stamped }) => stamped === 'made');
  if (!stamp && !always) return [];
  // Of a row that is looked for with more than was understood, another row may have these keys.
  if (row.how === 'either' && row.isNarrowed) return [];
  const also: EffectCondition[] = row.filters.flatMap(({ column, is, value }) => {
    if (!is) return [];
    return [value === null ? { column, null: true as const } : { column, equals: value }];
  });
  const { column } = stamp ?? { column: row.model.table };
  const outcomes: Outcome[] = stamp
    ? [
        {
          when: [...also, { column, atOrAfter: 'created_at' }],
          says: 'executed',
          strength: 'likely',
          text: `The row was created at {${column}}, after this task was created.`,
        },
      ]
    : [];
  // Only a row that each run makes anew says by its age that this one did not run.
  if (always && row.how === 'made' && stamp)
    outcomes.push({
      when: [...also, { column, before: 'created_at' }],
      says: 'not-executed',
      text: `The row was created at {${column}}, before this task was created.`,
    });
  if (outcomes.length === 0)
    outcomes.push({ says: 'cannot-say', text: 'The row exists; nothing shows when it was created.' });
  const kind = row.how === 'made' ? 'makes' : 'makes-or-finds';
  return [
    {
      outcomes,
      ...(always && !row.isNarrowed ? { noRow: { says: 'not-executed' as const, text: 'There is no such row.' } } : {}),
      why: [{ kind, column, place: row.place }],
    },
  ];
}

function isConstant(value: string): boolean {
  return value !== NOW && value !== OTHER && value !== UNCHANGED && !value.startsWith('!');
}

function ruleOf(task: string, row: RowTrace, said: Said): EffectRule | undefined {
  const find: Record<string, EffectRule['find'][string]> = {};
  for (const [column, key] of row.by) {
    if (key.kind !== 'argument') continue;
    const [only] = key.places;
    if (only === undefined) return undefined;
    if (key.default === undefined) find[column] = key.places.length === 1 ? only : [...key.places];
    else if (key.default !== null) find[column] = { from: [...key.places], default: key.default };
    else find[column] = [...key.places];
  }
  return {
    task,
    table: row.model.table,
    find,
    outcomes: [...said.outcomes],
    ...(said.noRow ? { noRow: said.noRow } : {}),
  };
}
