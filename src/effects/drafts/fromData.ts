/**
 * Rules that names and values alone suggest, for tasks whose code is missing or cannot be followed: an argument `webhook_id` leads to a
 * table of webhooks, and one of its columns tells tasks that ran from tasks that did not. Nothing but the known tasks shows that a column
 * means that, so such a rule is likely at most.
 */
import type { Snapshot } from '../../ports/database';
import type { TypeId } from '../../model/taskType';
import { findRelation } from '../../sql/relation';
import type { TaskTable } from '../../tables/table';
import { argumentWords, wordsOf } from './argumentWords';
import type { CandidateRule } from './candidate';
import { fewKnown } from './choose';
import { distinct, leadOf, madeBy, type Lead } from './lead';
import { sampleArguments } from './sampleArguments';
import { screened, type KnownIds, type Place, type Screened } from './screen';
import { TablesNamed } from './tablesNamed';

/** What was found for one type. */
export interface DataFound {
  readonly candidates: readonly CandidateRule[];
  /** Why there is none, as a sentence. */
  readonly because?: string;
}

/** Tasks whose arguments are read for the names in them. */
const READ_ARGUMENTS = 40;
const MOST_TABLES_OF_WORD = 3;
const MOST_TABLES = 5;
/** Candidates of a type that are tested. */
const MOST_CANDIDATES = 6;

/**
 * Looks for rules of one type by the names of its arguments and by what its known tasks left.
 * @throws Problem when the snapshot itself failed
 */
export async function candidatesFromData(
  snapshot: Snapshot,
  table: TaskTable,
  type: TypeId,
  { known, ids, parameters }: DataClues,
): Promise<DataFound> {
  const few = fewKnown(known.finished.length, known.notRun.length);
  if (few !== undefined) return none(`${few.charAt(0).toUpperCase()}${few.slice(1)}.`);
  const read = await sampleArguments(snapshot, table, ids.slice(0, READ_ARGUMENTS));
  const words = argumentWords(read, parameters, type.taskName);
  if (words.length === 0) return none('No name of an argument could lead to a table.');
  const task = await findRelation(snapshot, table.sql);
  if (typeof task === 'string') return none('The task table cannot be read.');
  const tables = new TablesNamed(snapshot, table.sql);
  const made = wordsOf(type.taskName);
  await tables.ask([...words.flatMap(({ words: some }) => some), ...made]);
  const app = type.taskModule.split('.').filter((part) => part !== 'tasks');
  const leads: Lead[] = [];
  const notes: string[] = [];
  for (const word of words)
    for (const name of word.words)
      for (const named of await tables.fitting(name, app, MOST_TABLES_OF_WORD))
        leads.push(...leadOf(named, word, notes));
  for (const name of made)
    for (const named of await tables.fitting(name, app, 1)) leads.push(...madeBy(named, words, notes));
  const chosen = distinct(leads).slice(0, MOST_TABLES);
  if (chosen.length === 0) return none(notes[0] ?? 'No table fits the names of its arguments.');
  const place: Place = { snapshot, table, task, type, known };
  const found: (Screened & { readonly lead: Lead })[] = [];
  for (const lead of chosen) found.push(...(await screened(lead, place)).map((one) => ({ ...one, lead })));
  found.sort((a, b) => b.score - a.score);
  if (found.length === 0) {
    const looked = [...new Set(chosen.map(({ named }) => named.name))].join(', ');
    return none(`No column of ${looked} separates tasks that ran from tasks that did not.`);
  }
  const candidates = found
    .slice(0, MOST_CANDIDATES)
    .map(({ rule, column, lead }): CandidateRule => ({ rule, from: 'data', why: whyOf(lead, column) }));
  return { candidates };
}

/** What is known of one type beforehand. */
export interface DataClues {
  readonly known: KnownIds;
  /** Tasks of the type, for the names of their arguments. */
  readonly ids: readonly number[];
  /** The names of its positional parameters, where the code tells them. */
  readonly parameters: readonly string[];
}

function none(because: string): DataFound {
  return { candidates: [], because };
}

function whyOf({ named, by, made }: Lead, column: string): CandidateRule['why'] {
  const names = by.map(({ word }) => word.name).join(', ');
  const columns = by.map(({ column: one }) => one).join(', ');
  const one = by.length === 1;
  const lead = made
    ? `The name of the task fits the table ${named.name}, which has the ${one ? 'column' : 'columns'} ${columns}, named as the ${one ? 'argument' : 'arguments'} of the task.`
    : `The argument ${names} fits the table ${named.name} and its column ${columns}.`;
  return [
    { says: lead },
    {
      says: `Its column ${column} separates tasks that ran from tasks that did not. This was found in the data; no code shows it.`,
    },
  ];
}
