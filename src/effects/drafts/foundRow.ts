/** What a row that the task finds says of it: times, states and columns that the task fills. */
import type { EffectCondition } from '../../model/effectRule';
import type { Field } from '../../python/django/fields';
import { NOW, rowColumn, UNCHANGED, type EndTrace, type RowTrace, type TaskTrace } from '../../python/django/trace';
import { columnAt, columnsAt, isConstant, type Ends } from './atEnds';
import type { Noted, Outcome, Said } from './codeCandidate';
import { fieldOf, type Look } from './look';

/** The ends that matter for one row. */
export interface RowEnds {
  readonly row: RowTrace;
  readonly look: Look;
  /** Where the run ends well. */
  readonly well: Ends;
  /** Where an error ends it and what was written stays. */
  readonly failed: Ends;
  /** Also where it gives up. */
  readonly all: readonly EndTrace[];
  readonly trace: TaskTrace;
  /** The task's own deletion sends it again, and so does anybody's: a missing row says nothing. */
  readonly isSentByDeletion: boolean;
}

export function foundRow(on: RowEnds): Said[] {
  const { well } = on;
  // One row that serves many tasks, each with values of its own, shows none of them.
  const isShared = on.trace.readsMore;
  if (well.length === 0) return [];
  if (well.every((end) => end?.state === 'deleted')) return [deleted(on)];
  const stamp = stampOf(on);
  const said = [...times(on, stamp), ...states(on, stamp)].filter(({ guarded }) => guarded || !isShared);
  return [
    // Of a row behind another one, what only some runs do says too little: others write it too.
    ...(on.look.join === undefined ? said : said.filter(({ everyRun, guarded }) => everyRun || guarded)),
    // A rule that says both is better; these remain where there is none, and where the data speaks against the other.
    ...(stamp ? [{ ...NOTHING, outcomes: [stamp.outcome], why: [stamp.why] }] : []),
    ...fills(on),
  ];
}

const NOTHING = { everyRun: false, guarded: false, timed: false } as const;

interface Stamp {
  readonly column: string;
  readonly outcome: Outcome;
  readonly why: Noted;
}

/** Every run that ends well saves the row, so a row that was saved before the task was created shows that it did not run. */
function stampOf({ row, look, well, all }: RowEnds): Stamp | undefined {
  // Of several rows behind another one, an old one says nothing of the one that the task saved.
  if (look.join && !look.oneRow && Object.keys(look.join.on).length < 2) return undefined;
  for (const { stamped, column } of row.model.fields.values()) {
    if (stamped !== 'saved') continue;
    const { values, place } = columnAt(well, column);
    if (values.size !== 1 || !values.has(NOW) || !place) continue;
    const name = look.column(column);
    // Where the run may also give up without a save, such a row is a sign and no proof.
    const isProof = all.every(({ raised, rows }) => {
      const values = rows.get(row.key)?.columns.get(column)?.values;
      return raised === 'RetryTask' || (values?.size === 1 && values.has(NOW));
    });
    return {
      column,
      outcome: {
        when: [{ column: name, before: 'created_at' }],
        says: 'not-executed',
        ...(isProof && look.oneRow && look.join === undefined ? { strength: 'proven' as const } : {}),
        text: `The row of ${row.model.table} was last saved at {${name}}, before this task was created.`,
      },
      why: { says: `Every run that ends well saves the row, and Django then sets ${column}.`, place },
    };
  }
  return undefined;
}

function times(on: RowEnds, stamp: Stamp | undefined): Said[] {
  const { row, look, well } = on;
  const out: Said[] = [];
  for (const column of columnsAt(well)) {
    const field = fieldOf(row.model, column);
    const { values, place, isIncidental } = columnAt(well, column);
    if (!values.has(NOW) || !place || field?.type !== 'DateTimeField' || field.stamped === 'saved') continue;
    if ([...values].some((value) => value !== NOW && value !== UNCHANGED && value !== '!null')) continue;
    const everyRun = values.size === 1;
    if (isIncidental && !everyRun) continue;
    if (isLeftByRetry(on, column, [NOW])) continue;
    // A run that finds a time there and leaves it makes an old time say nothing.
    const fillsNull = !values.has(UNCHANGED);
    const name = look.column(column);
    out.push({
      outcomes: [
        {
          when: [{ column: name, atOrAfter: 'created_at' }],
          says: 'executed',
          strength: 'likely',
          text: `${column} is {${name}}, after this task was created.`,
        },
        ...(everyRun
          ? [
              notExecuted(
                { column: name, before: 'created_at' },
                `${column} is {${name}}, before this task was created.`,
              ),
            ]
          : []),
        ...(fillsNull && field.nullable && look.join === undefined
          ? [notExecuted({ column: name, null: true }, `${column} is not set.`)]
          : []),
        ...(!everyRun && stamp ? [stamp.outcome] : []),
      ],
      everyRun,
      guarded: isGuarded(well, column, [NOW]),
      timed: true,
      why: [
        { says: `Sets ${column} to the current time${everyRun ? ', whenever it ends well' : ''}.`, place },
        ...(!everyRun && stamp ? [stamp.why] : []),
      ],
    });
  }
  return out;
}

/** Words of a state that a failure leaves; a run that ends well may leave it too, where it catches what failed. */
const FAILURE = /(^|[^a-z])(err|fail)/i;

/** Columns into which the code writes constants: a status, a flag. */
function states(on: RowEnds, stamp: Stamp | undefined): Said[] {
  const { row, look, well, failed } = on;
  const out: Said[] = [];
  for (const column of columnsAt(well)) {
    const field = fieldOf(row.model, column);
    const { values, place, isWritten, isIncidental } = columnAt(well, column);
    if (!field || !place || values.has(NOW) || !isState(field)) continue;
    const first = field.default === undefined ? undefined : JSON.stringify(field.default);
    const isNew = (value: string): boolean => isConstant(value) && value !== first && value !== 'null';
    const written = writtenIn(well, column).filter(isNew);
    const writtenByFailures = writtenIn(failed, column).filter(isNew);
    const isFailure = (value: string): boolean => FAILURE.test(value);
    const executed = written.filter((value) => !isFailure(value) && !isLeftByRetry(on, column, [value]));
    const failures = [...new Set([...written.filter(isFailure), ...writtenByFailures])].filter(
      (value) => !executed.includes(value),
    );
    if (executed.length === 0) continue;
    const name = look.column(column);
    const guarded = isGuarded(well, column, executed);
    const timed = timedBy(on, column, [...executed, ...failures]);
    const leavesFirst =
      first !== undefined &&
      // Who writes it himself at first may have died behind that.
      on.trace.everWritten.get(rowColumn(row, column))?.has(first) !== true &&
      [...values].every((value) => (isConstant(value) ? value !== first : value === `!${first}`));
    // A state that the row may have had long before says nothing of this task.
    if (!guarded && !timed && !leavesFirst) continue;
    if (isIncidental && !leavesFirst) continue;
    // Of several rows one may have this state for any reason.
    if (!look.oneRow && !guarded && !leavesFirst) continue;
    const also: EffectCondition[] = timed ? [{ column: look.column(timed), atOrAfter: 'created_at' }] : [];
    const outcomes: Outcome[] = [
      stateOutcome(name, column, executed, 'executed', also),
      ...(failures.length > 0 ? [stateOutcome(name, column, failures, 'failed', also)] : []),
      ...(stamp ? [stamp.outcome] : []),
      ...(leavesFirst && look.join === undefined ? [stateOutcome(name, column, [first], 'not-executed', [])] : []),
    ];
    const everyRun = isWritten && [...values].every((value) => executed.includes(value) || failures.includes(value));
    out.push({
      outcomes,
      everyRun,
      guarded,
      timed: timed !== undefined,
      why: [
        {
          says: `Sets ${column} to ${inWords([...executed, ...failures])}${everyRun ? ', whenever it ends well' : ''}.`,
          place,
        },
        ...(stamp ? [stamp.why] : []),
      ],
    });
  }
  return out;
}

/** A run that is to come again leaves it too: then it shows no run that is done. */
function isLeftByRetry({ row, all }: RowEnds, column: string, values: readonly string[]): boolean {
  return all.some(({ raised, rows }) => {
    const wrote = rows.get(row.key)?.columns.get(column)?.wrote;
    return raised === 'RetryTask' && values.some((value) => wrote?.has(value) === true);
  });
}

/** Constants that the code wrote into a column on ways to these ends. */
function writtenIn(ends: Ends, column: string): string[] {
  return [...new Set(ends.flatMap((end) => [...(end?.columns.get(column)?.wrote ?? [])]))].filter(isConstant);
}

/** The column that Django stamps whenever one of these values is saved. */
function timedBy({ row, well, failed }: RowEnds, column: string, values: readonly string[]): string | undefined {
  const writers = [...well, ...failed].filter((end) => {
    const trace = end?.columns.get(column);
    return values.some((value) => trace?.wrote.has(value) === true);
  });
  return [...row.model.fields.values()].find(
    ({ stamped, column: stamp }) =>
      stamped === 'saved' &&
      writers.length > 0 &&
      writers.every((end) => end?.columns.get(stamp)?.values.has(NOW) === true),
  )?.column;
}

/** The code writes the effect only where a condition or the look-up said that it was not there. */
function isGuarded(ends: Ends, column: string, effect: readonly string[]): boolean {
  const writes = ends.flatMap((end) => {
    const trace = end?.columns.get(column);
    return trace && effect.some((value) => trace.wrote.has(value)) ? [trace] : [];
  });
  const isOther = (value: string): boolean =>
    value.startsWith('!') ? effect.every((each) => each === value.slice(1)) : !effect.includes(value);
  return writes.length > 0 && writes.every(({ before }) => before !== undefined && [...before].every(isOther));
}

/** A column that tells a state, and no text for people. */
function isState({ type, name, hasChoices, default: given }: Field): boolean {
  if (/(text|message|url|comment|description|details?|title|name)$/i.test(name)) return false;
  if (/^(Null)?BooleanField$/.test(type)) return true;
  return /^(Char|Slug)Field$/.test(type) && (hasChoices || given !== undefined || /status|state/i.test(name));
}

function stateOutcome(
  name: string,
  column: string,
  json: readonly string[],
  says: Outcome['says'],
  also: readonly EffectCondition[],
): Outcome {
  const all = json.map((value) => JSON.parse(value) as string | number | boolean);
  const [only] = all;
  const condition: EffectCondition =
    all.length === 1 && only !== undefined ? { column: name, equals: only } : { column: name, in: all };
  return {
    when: [condition, ...also],
    says,
    ...(says === 'not-executed' ? {} : { strength: 'likely' as const }),
    text: `${column} is {${name}}${also.length > 0 ? ', saved after this task was created' : ''}.`,
  };
}

function notExecuted(condition: EffectCondition, text: string): Outcome {
  return { when: [condition], says: 'not-executed', text };
}

/** A column that is empty until the task fills it. */
function fills({ row, look, well }: RowEnds): Said[] {
  if (look.join !== undefined) return [];
  return [...columnsAt(well)].flatMap((column) => {
    const field = fieldOf(row.model, column);
    const { values, place } = columnAt(well, column);
    const isEmptyFirst = field?.nullable === true && (field.default === undefined || field.default === null);
    if (!isEmptyFirst || !place || isState(field)) return [];
    if ([...values].some((value) => value !== '!null' && (!isConstant(value) || value === 'null'))) return [];
    const outcome = notExecuted({ column, null: true }, `${column} is not set.`);
    return [{ ...NOTHING, outcomes: [outcome], why: [{ says: `Fills ${column}, whenever it ends well.`, place }] }];
  });
}

function deleted({ row, look, well, isSentByDeletion }: RowEnds): Said {
  const place = well.find((end) => end?.deletedAt)?.deletedAt ?? row.place;
  const { table } = row.model;
  return {
    outcomes: [
      look.oneRow
        ? { says: 'not-executed', text: `The row of ${table} is still there.` }
        : { says: 'cannot-say', text: `There is such a row of ${table}, perhaps another one.` },
    ],
    ...(look.join === undefined && !isSentByDeletion
      ? { noRow: { says: 'executed', strength: 'likely', text: `The row of ${table} was deleted.` } as const }
      : {}),
    everyRun: true,
    guarded: true,
    timed: false,
    why: [{ says: 'Deletes the row, whenever it ends well.', place }],
  };
}

function inWords(json: readonly string[]): string {
  return json.map((value) => String(JSON.parse(value))).join(' or ');
}
