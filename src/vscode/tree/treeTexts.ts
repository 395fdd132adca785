import { ageOfHours } from '../../base/age';
import { count, number } from '../../base/numbers';
import { escapeUnsafe } from '../../base/unsafeText';
import { hasScript } from '../../fixes/scriptFor';
import { taskTypeName, type RowDetails, type TaskType } from '../../model/diagnosis';
import { marginOver } from '../../model/estimate';
import { isUndetermined, type Verdict } from '../../model/verdict';
import { boundsSentence, boundsShort } from '../../report/boundsText';
import { oneLine } from '../../report/format';
import { UNTESTED } from '../../report/ruleTests';
import { sourceTitle } from '../../report/story';
import { argumentsText } from '../../report/textLog';
import { VERDICT_LOOKS, type Look } from '../../report/verdictLooks';
import { rowsText, verdictShares, type ReadingText, type VerdictMargins } from '../../report/verdictText';
import { SIGNAL_TASK, signalOfRow } from '../../python/signalOfRow';
import { oldestOf, sumOf, verdictsOf, type Cell } from './cells';
import type { EvidenceNode, GroupNode, OutcomeNode, SampleNode, TreeNode, TypeNode } from './treeNodes';
import type { Order } from './treeLook';
import { outcomeWords, SOURCE_ICONS } from './verdictLooks';

/** How a node looks, in words; the tree maps it to the editor's TreeItem. */
export interface NodeTexts {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly icon: string;
  /** A color of the theme. */
  readonly color?: string;
  /** For `when` clauses of menus. */
  readonly contextValue: string;
}

/** What the texts depend on besides the node. */
export interface Telling {
  /** Formats a time for the user's own clock. */
  readonly clock: (time: Date) => string;
  readonly order: Order;
  /** The server's clock at the check, in milliseconds since 1970. */
  readonly now: number;
}

export function nodeTexts(node: TreeNode, telling: Telling): NodeTexts {
  switch (node.kind) {
    case 'group':
      return groupTexts(node, telling);
    case 'type':
      return typeTexts(node, telling);
    case 'outcome':
      return outcomeTexts(node, telling);
    case 'sample':
      return sampleTexts(node, telling);
    case 'evidence':
      return evidenceTexts(node);
    case 'reading':
      return readingNodeTexts(node.reading);
    case 'action': {
      const { label, description = '', icon, color } = node;
      const spoken = [label, description].filter(Boolean).join(', ');
      return { ...texts(label, description, icon, 'action', spoken), ...(color === undefined ? {} : { color }) };
    }
    case 'more': {
      const left = sumOf(node.owner.cells) - node.shown;
      const description = `${number(left)} not shown`;
      return texts('more…', description, 'ellipsis', 'more', `Load more samples, ${description}`);
    }
    case 'others': {
      const rows = node.others.reduce((sum, other) => sum + other.count, 0);
      const label = 'in other unfinished statuses';
      return texts(`${number(rows)} ${label}`, '', 'layers', 'others', `${count(rows, 'task')} ${label}`);
    }
    case 'status': {
      const { status, count: rows } = node.other;
      const name = escapeUnsafe(status);
      return texts(`${number(rows)} ${name}`, '', 'tag', 'status', `Status ${name}, ${count(rows, 'task')}`);
    }
  }
}

/** Arguments for a tooltip: whole when short, else their beginning. */
export function shortArguments(sample: RowDetails, limit = 2000): string {
  const text = argumentsText(sample);
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

/** By how many tasks the number of each verdict may be wrong; empty where all were judged. */
export function marginsOf(cells: readonly Cell[]): VerdictMargins {
  if (!cells.some(({ estimated }) => estimated)) return {};
  const types = [...new Set(cells.map(({ type }) => type))];
  const of = (verdict: Verdict): number =>
    marginOver(types, (type) => {
      const meant = cells.filter((cell) => cell.type === type && cell.verdict === verdict);
      return meant.reduce((sum, cell) => sum + cell.count, 0);
    });
  const verdicts = Object.keys(verdictsOf(cells)) as Verdict[];
  return Object.fromEntries(verdicts.map((verdict) => [verdict, of(verdict)]));
}

const NOT_VERIFIED: Look = { icon: 'circle-outline', color: 'descriptionForeground' };
const GONE: Look = { icon: 'trash', color: 'descriptionForeground' };

/** The number comes first: what is behind a long name is cut off in a side bar of the usual width, and the number counts. */
function typeTexts(node: TypeNode, telling: Telling): NodeTexts {
  const { type, cells } = node;
  const { size, beside, age, spoken, look } = factsOf(cells, telling);
  const name = `${escapeUnsafe(taskTypeName(type))}, ${size} stuck`;
  // Where only one verdict of a type is shown, it is said above or in the filter.
  const isPart = cells.length === 1 && sumOf(cells) < type.count;
  const share = isPart && age === '' ? `of ${number(type.count)}` : beside;
  // A bound is about all tasks of the type, and of no part of them.
  const bounded = sumOf(cells) < type.count ? null : boundsShort(type);
  // Where no verdict is known, the icon says so: in a narrow side bar the number is worth more.
  const parts = verdictsOf(cells).unknown === sumOf(cells) ? [bounded, share] : [share, bounded];
  const description = parts.filter(Boolean).join(' · ');
  return {
    ...texts(
      `${size} ${escapeUnsafe(type.taskName)}`,
      description,
      look.icon,
      `type${menusOf(type.outcomes)}${type.taskName === SIGNAL_TASK ? ' signal' : ''}`,
      '',
    ),
    spoken: [name, spoken, bounded === null ? null : boundsSentence(type)].filter(Boolean).join(', '),
    color: look.color,
  };
}

function groupTexts(node: GroupNode, telling: Telling): NodeTexts {
  const facts = factsOf(node.cells, telling);
  const [first] = node.cells;
  const { label, icon, color } = groupLook(node, first);
  // The verdict of a group that is one verdict is no news.
  const isOne = node.by === 'verdict' || node.by === 'cause';
  const spoken = [label, `${facts.size} stuck`, isOne ? facts.spokenAge : facts.spoken].filter(Boolean).join(', ');
  return {
    ...texts(`${facts.size} ${label}`, isOne ? facts.age : facts.beside, icon, `group ${node.by}`, spoken),
    ...(color === undefined ? {} : { color }),
  };
}

function groupLook(
  { by }: GroupNode,
  cell: Cell | undefined,
): { readonly label: string; readonly icon: string; readonly color?: string } {
  switch (by) {
    case 'verdict':
      return {
        label: cell?.verdict ?? 'not verified',
        ...(cell?.verdict ? VERDICT_LOOKS[cell.verdict] : NOT_VERIFIED),
      };
    case 'cause':
      return {
        label: cell?.cause ?? 'no known cause',
        ...(cell?.verdict ? VERDICT_LOOKS[cell.verdict] : NOT_VERIFIED),
      };
    case 'queue':
      return { label: cell?.queue == null ? 'no queue known' : escapeUnsafe(cell.queue), icon: 'list-unordered' };
    case 'module':
      return { label: escapeUnsafe(cell?.type.taskModule ?? ''), icon: 'symbol-namespace' };
  }
}

function outcomeTexts({ cells }: OutcomeNode, telling: Telling): NodeTexts {
  const [cell] = cells;
  const { size, age, spokenAge, look } = factsOf(cells, telling);
  const outcomes = cell?.type.outcomes?.filter(
    ({ verdict, cause }) => verdict === cell.verdict && cause === cell.cause,
  );
  const label = [cell?.verdict ?? 'not verified', cell?.cause].filter((word) => word !== undefined).join(' · ');
  const spoken = [label.replace(' · ', ', '), `${size} stuck`, spokenAge].filter(Boolean).join(', ');
  return { ...texts(`${size} ${label}`, age, look.icon, `outcome${menusOf(outcomes)}`, spoken), color: look.color };
}

/** For `when` clauses: whether there is a fix script for some of these tasks, and whether an effect rule may decide some. */
function menusOf(outcomes: TaskType['outcomes']): string {
  return `${hasScript(outcomes) ? ' fixable' : ''}${isUndetermined(outcomes) ? ' undetermined' : ''}`;
}

/** How many tasks, and beside that `96% unknown`, or in the order of age `37 d 18 h`. */
function factsOf(
  cells: readonly Cell[],
  { order, now }: Telling,
): {
  readonly size: string;
  readonly beside: string;
  readonly age: string;
  readonly spoken: string;
  readonly spokenAge: string;
  readonly look: Look;
} {
  const margins = marginsOf(cells);
  const [first] = verdictShares(verdictsOf(cells), margins);
  const only = first?.share === 1;
  const age = order === 'age' ? ageOfHours((now - oldestOf(cells)) / 3_600_000) : '';
  const share = first ? `${first.percent} ${first.verdict}` : '';
  const spokenAge = age === '' ? '' : `oldest ${age}`;
  return {
    size: rowsText(sumOf(cells), only ? (margins[first.verdict] ?? 0) : 0),
    beside: age === '' ? share : age,
    age,
    spoken: [share.replaceAll('%', ' percent'), spokenAge].filter(Boolean).join(', '),
    spokenAge,
    look: first ? VERDICT_LOOKS[first.verdict] : NOT_VERIFIED,
  };
}

function sampleTexts({ sample, type, now, outcome, again, told }: SampleNode, { clock }: Telling): NodeTexts {
  const { attempts, taskId } = sample;
  const parts = [
    again?.found === 'gone' ? 'no longer in the table' : '',
    again?.found === 'moved' ? `now ${oneLine(sample.status)}` : '',
    outcome ? outcomeWords(outcome, told === true) : '',
    again ? `verified ${clock(again.at)}` : '',
    ageOfHours((Date.parse(now) - Date.parse(sample.lastRun)) / 3_600_000),
    attempts === null ? '' : count(attempts, 'attempt'),
    taskId ? oneLine(taskId) : 'no task id',
  ];
  const description = parts.filter(Boolean).join(' · ');
  const look = outcome ? VERDICT_LOOKS[outcome.verdict] : again?.found === 'gone' ? GONE : NOT_VERIFIED;
  const contextValue = `${taskId ? 'sample' : 'sampleWithoutTaskId'}${signalOfRow(type.taskName, sample.arguments?.rawJSON ?? null) ? ' signal' : ''}${outcome?.verdict === 'unknown' ? ' undetermined' : ''}`;
  const spoken = [`Task ${String(sample.id)}`, told && outcome ? outcome.verdict : '', description].filter(Boolean);
  return {
    ...texts(`#${String(sample.id)}`, description, look.icon, contextValue, spoken.join(', ')),
    color: look.color,
  };
}

/** Longer sentences end in the tooltip: a tree keeps a line each. */
const LABEL_LENGTH = 300;

/** The first sentence; all of them are in the tooltip. */
function evidenceTexts({ seen, decides, owner }: EvidenceNode): NodeTexts {
  const { source, supports } = seen;
  const sentence = oneLine(seen.says);
  const verdict = owner.outcome?.verdict;
  const isNews = supports !== null && supports !== verdict;
  const description = [
    sourceTitle(source).toLowerCase(),
    seen.untested ? UNTESTED : '',
    isNews ? `points to: ${supports}` : '',
    seen.contradicts ? 'contradicts' : '',
  ]
    .filter(Boolean)
    .join(' · ');
  const spoken = [decides ? 'Decisive.' : '', sentence, `Source: ${description}`].filter(Boolean).join(' ');
  const look: Pick<NodeTexts, 'icon' | 'color'> =
    decides && verdict !== undefined
      ? VERDICT_LOOKS[verdict]
      : seen.contradicts
        ? { icon: 'warning', color: 'list.warningForeground' }
        : { icon: SOURCE_ICONS[source] };
  return { ...texts(shorten(firstSentence(sentence)), description, '', 'evidence', spoken), ...look };
}

function firstSentence(text: string): string {
  return /^.+?[.!?](?=\s)/.exec(text)?.[0] ?? text;
}

function readingNodeTexts({ head, why, decidedBy, verdict }: ReadingText): NodeTexts {
  const look = VERDICT_LOOKS[verdict];
  const label = `${head}: ${why}`;
  return { ...texts(shorten(label), decidedBy, look.icon, 'reading', `${label}, ${decidedBy}`), color: look.color };
}

function shorten(text: string): string {
  return text.length <= LABEL_LENGTH ? text : `${text.slice(0, LABEL_LENGTH - 1)}…`;
}

function texts(label: string, description: string, icon: string, contextValue: string, spoken: string): NodeTexts {
  return { label, description, icon, contextValue, spoken };
}
