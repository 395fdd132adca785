/** What a row that the task makes says of it. */
import type { EffectCondition } from '../../model/effectRule';
import type { Field } from '../../python/django/fields';
import type { KeyValue, RowAtEnd, RowTrace } from '../../python/django/trace';
import type { Ends } from './atEnds';
import type { Outcome, Said } from './codeCandidate';
import { constantsOf, fieldOf, type Look } from './look';

/** Long enough for a task that waits in a queue. */
const A_DAY_S = 86_400;

/**
 * The columns by which a made row is found again: those that nobody changes later. What the code itself looks for before it makes a row
 * counts as it is.
 */
export function keysOfMade(row: RowTrace, ends: Ends): ReadonlyMap<string, KeyValue> {
  if (row.how === 'either') return new Map([...row.by, ...constantsOf(row)]);
  const keys = new Map<string, KeyValue>();
  for (const [column, key] of assignedKeys(row, ends))
    if (isStable(fieldOf(row.model, column), key)) keys.set(column, key);
  return keys;
}

/** Also what was assigned to the row before it was saved. */
function assignedKeys(row: RowTrace, ends: Ends): Map<string, KeyValue> {
  const keys = new Map(row.by);
  const there = ends.filter((end): end is RowAtEnd => end !== undefined);
  const [first] = there;
  for (const [column, { key }] of first?.columns ?? [])
    if (key && there.every((end) => end.columns.get(column)?.key === key)) keys.set(column, key);
  return keys;
}

function isStable(field: Field | undefined, key: KeyValue): boolean {
  if (!field) return false;
  const isReference = field.to !== undefined || field.primary || field.unique;
  if (key.kind === 'constant')
    return key.value !== null && field.hasChoices && /type|kind|role|category/i.test(field.name);
  return isReference || /(^|_)(id|slug|hash|token|key|code|kind|type|role|month|email|uuid)$/i.test(field.name);
}

/**
 * @param ends where the run ends well
 * @param isShared others than this task may have left a row with these keys: it shows no run, but its absence shows that there was none
 */
export function madeRow(row: RowTrace, look: Look, ends: Ends, isShared: boolean): Said[] {
  const everyRun = ends.length > 0 && ends.every((end) => end?.state === 'there' && end.isSaved);
  if (!ends.some((end) => end?.isTouched === true)) return [];
  const stamp = [...row.model.fields.values()].find(({ stamped }) => stamped === 'made');
  // Of a row that is looked for with more than was understood, another row may have these keys.
  if (row.how === 'either' && row.isNarrowed) return [];
  // Nor may a row be another one's that has only some of the keys, as one of the same user.
  if (look.isPartial || look.join !== undefined) return [];
  const isNew = row.how === 'made';
  const { table } = row.model;
  const often = everyRun ? ', whenever it ends well' : '';
  const common = {
    everyRun,
    guarded: isNew && everyRun,
    timed: stamp !== undefined,
    why: [{ says: `${isNew ? 'Creates' : 'Finds or creates'} a row of ${table}${often}.`, place: row.place }],
    ...(everyRun && !row.isNarrowed
      ? { noRow: { says: 'not-executed', text: `${table} has no such row.` } as const }
      : {}),
  };
  if (!stamp || isShared)
    return common.noRow
      ? [
          {
            ...common,
            outcomes: [{ says: 'cannot-say', text: 'The row exists, and nothing shows when it was created.' }],
          },
        ]
      : [];
  const column = look.column(stamp.column);
  const text = `A row of ${table} was created at {${column}}`;
  const executed = (when: EffectCondition): Outcome => ({
    when: [when],
    says: 'executed',
    strength: 'likely',
    text: `${text}, after this task was created.`,
  });
  // Only a row that each run makes anew says by its age that this one did not run.
  const old: Outcome[] =
    everyRun && isNew
      ? [
          {
            when: [{ column, before: 'created_at' }],
            says: 'not-executed',
            text: `${text}, before this task was created.`,
          },
        ]
      : [];
  const after = { ...common, outcomes: [executed({ column, atOrAfter: 'created_at' }), ...old] };
  // Where every run makes a row, a later run for the same values makes another one: only one that is young enough is this task's.
  const soon = { ...common, outcomes: [executed({ column, within: A_DAY_S }), ...old] };
  return isNew && !look.oneRow ? [soon, after] : [after];
}
