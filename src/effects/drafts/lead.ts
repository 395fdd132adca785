/** The tables, and the rows in them, that a task's arguments may lead to. */
import type { EffectRule } from '../../model/effectRule';
import type { Relation } from '../../sql/relation';
import type { ArgumentWord } from './argumentWords';
import type { NamedTable } from './tablesNamed';

/** A larger table is looked into by an index alone. */
const SMALL_TABLE = 100_000;
const MOST_KEYS = 3;

const INTEGERS = ['smallint', 'integer', 'bigint', 'numeric'];
const TEXTS = ['text', 'character varying'];

/** A table and the arguments that lead to its rows. */
export interface Lead {
  readonly named: NamedTable;
  readonly relation: Relation;
  readonly find: EffectRule['find'];
  /** Arguments, with the columns that they lead to. */
  readonly by: readonly { readonly word: ArgumentWord; readonly column: string }[];
  /** The row is one that each run would make. */
  readonly made: boolean;
}

/** A row that an argument is the key of. */
export function leadOf(named: NamedTable, word: ArgumentWord, notes: string[]): Lead[] {
  const { relation } = named;
  if (!isReadable(named, notes) || typeof relation === 'string') return [];
  if (!relation.readable.has(word.key) || !fits(relation.types.get(word.key), word.kind)) return [];
  return lookable(named, [word.key], notes)
    ? [{ named, relation, find: { [word.key]: placesOf(word) }, by: [{ word, column: word.key }], made: false }]
    : [];
}

/** A row whose table is called as the task is, and that has columns called as its arguments: `build_profile_academy(user_id)`. */
export function madeBy(named: NamedTable, words: readonly ArgumentWord[], notes: string[]): Lead[] {
  const { relation } = named;
  if (!isReadable(named, notes) || typeof relation === 'string') return [];
  const by = words
    .filter(({ name, kind }) => name !== 'id' && relation.readable.has(name) && fits(relation.types.get(name), kind))
    .map((word) => ({ word, column: word.name }))
    .slice(0, MOST_KEYS);
  const columns = by.map(({ column }) => column);
  if (by.length === 0 || !lookable(named, columns, notes)) return [];
  const find = Object.fromEntries(by.map(({ word, column }) => [column, placesOf(word)]));
  return [{ named, relation, find, by, made: true }];
}

function isReadable({ name, relation }: NamedTable, notes: string[]): boolean {
  if (relation === 'forbidden' || (typeof relation === 'object' && relation.readable.size === 0))
    notes.push(`This role may not read ${name}, whose name fits an argument.`);
  return typeof relation === 'object' && relation.readable.size > 0;
}

/** Whether rows can be looked up by these columns without reading the whole of a large table. */
function lookable({ name, indexed, estimatedRows }: NamedTable, columns: readonly string[], notes: string[]): boolean {
  if (columns.some((column) => indexed.has(column)) || (estimatedRows ?? SMALL_TABLE) < SMALL_TABLE) return true;
  notes.push(`${name} has no index on ${columns.join(', ')}, and is too large to be read as a whole.`);
  return false;
}

function fits(type: string | undefined, kind: ArgumentWord['kind']): boolean {
  if (type === undefined) return false;
  if (kind === 'integer') return INTEGERS.includes(type) || TEXTS.includes(type);
  return TEXTS.includes(type) || (kind === 'uuid' && type === 'uuid');
}

function placesOf({ places }: ArgumentWord): EffectRule['find'][string] {
  const [only] = places;
  return places.length === 1 && only !== undefined ? only : [...places];
}

export function distinct(leads: readonly Lead[]): Lead[] {
  const byKey = new Map(leads.map((lead) => [JSON.stringify([lead.named.name, lead.find]), lead]));
  return [...byKey.values()].sort((a, b) => a.named.rank - b.named.rank);
}
