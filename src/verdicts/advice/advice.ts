import type { AboutRows, Recommendation } from '../../model/diagnosis';
import { marginOfSum } from '../../model/estimate';
import { CAUSES, VERDICTS, type Cause, type Verdict } from '../../model/verdict';
import type { World } from '../../model/facts';
import { count, number } from '../../base/numbers';
import { forCount } from '../../base/sentences';
import { ABOUT } from '../../causes/about';
import type { AdviceId } from '../../causes/cause';
import type { QueriedTable } from '../../tables/table';
import { moment } from '../../base/moment';
import { addRows, EXAMPLES, type OutcomeGroup } from '../tally';

/** Everything that recommendations follow from. */
export interface Found {
  readonly groups: readonly OutcomeGroup[];
  /** Stuck rows that were judged. */
  readonly rows: number;
  readonly world: World;
  /** Where the rows are. */
  readonly table: QueriedTable;
  /** Numbers of rows in keyword arguments of messages whose row is not in the table; null where that was not looked up. */
  readonly messagesWithoutRow: number | null;
}

/** A recommendation and the number of rows that it helps: the order of the list. */
export interface Advice extends Recommendation {
  readonly rows: number;
}

/** One file a matter: what was found in, recommendations out. */
export type Adviser = (found: Found) => readonly Advice[];

/** Several groups as one, and what finds their rows again among the Diagnosis's outcomes. */
export interface MatchingRows extends OutcomeGroup {
  readonly which: AboutRows;
  readonly table: QueriedTable;
}

/**
 * The causes that name a recommendation, for `gather`.
 * @param first those that the recommendation lists first; the others follow in the order of `CAUSES`
 */
export function advised(id: AdviceId, first: readonly Cause[] = []): readonly Cause[] {
  const names = (cause: Cause): boolean =>
    VERDICTS.some((verdict) => ABOUT[cause].verdicts[verdict]?.advice.includes(id));
  return [...first, ...CAUSES.filter((cause) => !first.includes(cause))].filter(names);
}

/** The groups with this verdict, one of these causes and these properties as one; undefined when there is none. */
export function gather(
  { groups, table }: Found,
  verdict: Verdict | readonly Verdict[],
  causes?: readonly (Cause | undefined)[],
  alike: Partial<Pick<OutcomeGroup, 'proven' | 'twin'>> = {},
): MatchingRows | undefined {
  const verdicts = typeof verdict === 'string' ? [verdict] : verdict;
  const matching = groups.filter(
    (group) =>
      verdicts.includes(group.verdict) &&
      (causes?.includes(group.cause) ?? true) &&
      (alike.proven ?? group.proven) === group.proven &&
      (alike.twin ?? group.twin) === group.twin,
  );
  if (matching.length === 0) return undefined;
  const which: AboutRows = { verdicts, ...(causes ? { causes: causes.map((cause) => cause ?? null) } : {}), ...alike };
  return { ...matching.reduce(merge), which, table };
}

function merge(a: OutcomeGroup, b: OutcomeGroup): OutcomeGroup {
  const times = (pick: (...values: number[]) => number, x?: number, y?: number): number | undefined =>
    x === undefined ? y : y === undefined ? x : pick(x, y);
  return {
    verdict: a.verdict,
    cause: a.cause === b.cause ? a.cause : undefined,
    proven: a.proven && b.proven,
    twin: a.twin && b.twin,
    rows: a.rows + b.rows,
    margin: marginOfSum([a.margin, b.margin]),
    types: sumOfTypes(a.types, b.types),
    queues: sum(a.queues, b.queues),
    examples: [...a.examples, ...b.examples].slice(0, EXAMPLES),
    resolvesFrom: times(Math.min, a.resolvesFrom, b.resolvesFrom),
    resolvesTo: times(Math.max, a.resolvesTo, b.resolvesTo),
    oldest: Math.min(a.oldest, b.oldest),
  };
}

function sum(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const out = new Map(a);
  for (const [key, value] of b) out.set(key, (out.get(key) ?? 0) + value);
  return out;
}

function sumOfTypes(a: OutcomeGroup['types'], b: OutcomeGroup['types']): OutcomeGroup['types'] {
  const out = new Map(a);
  for (const [key, type] of b) addRows(out, key, type);
  return out;
}

/**
 * A sentence about some rows, which are tasks to people: `{tasks}` becomes `1,234 tasks` and `{count}` becomes `1,234` (with `about` where
 * that is an estimate); of `{it|they}` the word that fits their number is taken.
 */
export function about(
  { rows, margin = 0 }: { readonly rows: number; readonly margin?: number },
  sentence: string,
): string {
  const many = `${margin > 0 ? 'about ' : ''}${number(rows)}`;
  const said = sentence.replaceAll('{tasks}', `${many} {task|tasks}`).replaceAll('{count}', many);
  return capital(forCount(said, rows));
}

function capital(sentence: string): string {
  return sentence.startsWith('about ') ? `A${sentence.slice(1)}` : sentence;
}

/** The parts of an advice that say which rows it is about, and show some of them: the advice's own snippets come first. */
export function aboutRows(
  group: MatchingRows,
  snippets: Recommendation['snippets'] = [],
): Pick<Advice, 'rows' | 'margin' | 'about' | 'snippets'> {
  const margin = group.margin > 0 ? { margin: group.margin } : {};
  return {
    rows: group.rows,
    ...margin,
    about: group.which,
    snippets: [...snippets, ...group.table.kind.rowsQuery(group.table, group.examples)],
  };
}

/** Advice about one group: `title` and `why` are sentences as `about` takes them, and the evidence is that of the group. */
export function adviseOn(
  group: MatchingRows,
  {
    evidence = [],
    snippets,
    ...advice
  }: Pick<Recommendation, 'id' | 'title' | 'why' | 'actions'> &
    Partial<Pick<Recommendation, 'evidence' | 'snippets' | 'links' | 'after'>>,
): Advice {
  return {
    ...advice,
    ...aboutRows(group, snippets),
    title: about(group, advice.title),
    why: about(group, advice.why),
    evidence: [...evidence, ...groupEvidence(group)],
  };
}

/** Which of its rows a fix script can be made for: of a sample those alone that were looked at. */
export function scriptRows({ margin }: MatchingRows): string {
  return margin > 0 ? 'those of these tasks that were judged' : 'exactly these tasks';
}

/** The largest entries: `execute_signal 66,597, async_deliver_hook 63,090 and 3 more` */
export function largest(entries: Iterable<readonly [string, number]>, shown = 3): string {
  const sorted = [...entries].sort((a, b) => b[1] - a[1]);
  const named = sorted.slice(0, shown).map(([name, rows]) => `${name} ${number(rows)}`);
  const rest = sorted.length - named.length;
  return rest === 0 ? named.join(', ') : `${named.join(', ')} and ${count(rest, 'more', 'more')}`;
}

/** Ids that a line of evidence names; the query for them shows more. */
const NAMED_EXAMPLES = 3;

/** Lines of evidence that every group has. */
function groupEvidence(group: OutcomeGroup): string[] {
  const by = group.margin > 0 ? 'About, by' : 'By';
  return [
    `${by} task: ${largest([...group.types.values()].map(({ name, rows }) => [name, rows]))}`,
    ...(group.queues.size === 0 ? [] : [`${by} queue: ${largest(group.queues)}`]),
    `Example rows: ${group.examples.slice(0, NAMED_EXAMPLES).join(', ')}`,
  ];
}

/** `at 2026-11-23 14:07:05 UTC`, `between … and …`, or nothing where no time is known. */
export function resolves({ resolvesFrom, resolvesTo }: OutcomeGroup): string {
  if (resolvesFrom === undefined || resolvesTo === undefined) return '';
  if (resolvesTo - resolvesFrom < 60) return ` at ${moment(resolvesTo)}`;
  return ` between ${moment(resolvesFrom)} and ${moment(resolvesTo)}`;
}
