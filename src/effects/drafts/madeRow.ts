/** What a row that the task makes says of it. */
import type { EffectCondition } from '../../model/effectRule';
import type { Field } from '../../python/django/fields';
import type { KeyValue, RowAtEnd, RowTrace } from '../../python/django/trace';
import type { Ends } from './atEnds';
import type { Outcome, Said } from './codeCandidate';
import { constantsOf, fieldOf, type Look } from './look';

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
  if (!ends.some((end) => end?.isSaved === true)) return [];
  const stamp = [...row.model.fields.values()].find(({ stamped }) => stamped === 'made');
  // Of a row that is looked for with more than was understood, another row may have these keys.
  if (row.how === 'either' && row.isNarrowed) return [];
  // Nor may a row be another one's that has only some of the keys, as one of the same user.
  if (look.isPartial || look.join !== undefined) return [];
  const outcomes: Outcome[] = [];
  if (stamp && !isShared) {
    const name = look.column(stamp.column);
    const text = `A row of ${row.model.table} was created at {${name}}`;
    const after: EffectCondition = { column: name, atOrAfter: 'created_at' };
    outcomes.push({
      when: [after],
      says: 'executed',
      strength: 'likely',
      text: `${text}, after this task was created.`,
    });
    // Only a row that each run makes anew says by its age that this one did not run.
    if (everyRun && row.how === 'made')
      outcomes.push({
        when: [{ column: name, before: 'created_at' }],
        says: 'not-executed',
        text: `${text}, before this task was created.`,
      });
  }
  const noRow = everyRun && !row.isNarrowed;
  if (outcomes.length === 0 && !noRow) return [];
  if (outcomes.length === 0)
    outcomes.push({ says: 'cannot-say', text: 'The row exists, and nothing shows when it was created.' });
  const verb = row.how === 'made' ? 'Creates' : 'Finds or creates';
  return [
    {
      outcomes,
      ...(noRow ? { noRow: { says: 'not-executed', text: `${row.model.table} has no such row.` } as const } : {}),
      everyRun,
      guarded: row.how === 'made' && everyRun,
      timed: stamp !== undefined,
      why: [
        {
          says: `${verb} a row of ${row.model.table}${everyRun ? ', whenever it ends well' : ''}.`,
          place: row.place,
        },
      ],
    },
  ];
}
