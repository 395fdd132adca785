import { ageOfHours } from '../../base/age';
import { count, number } from '../../base/numbers';
import { escapeUnsafe } from '../../base/unsafeText';
import { taskTypeName, type RowDetails } from '../../model/diagnosis';
import { marginOver } from '../../model/estimate';
import type { Evidence, Verdict } from '../../model/verdict';
import { isDecisive } from '../../report/decisive';
import { oneLine } from '../../report/format';
import { argumentsText } from '../../report/textLog';
import { VERDICT_LOOKS, type Look } from '../../report/verdictLooks';
import { rowsText, verdictShares, type ReadingText, type VerdictMargins } from '../../report/verdictText';
import { signalOfRow } from '../../python/signalOfRow';
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
  /** It is what the node above it rests on. */
  readonly strong?: true;
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
      const label = 'Other unfinished statuses';
      return texts(label, number(rows), 'layers', 'others', `${label}, ${count(rows, 'task')}`);
    }
    case 'status': {
      const { status, count: rows } = node.other;
      return texts(
        escapeUnsafe(status),
        number(rows),
        'tag',
        'status',
        `Status ${escapeUnsafe(status)}, ${count(rows, 'task')}`,
      );
    }
  }
}

/** Arguments for a tooltip: whole when short, else their beginning. */
export function shortArguments(sample: RowDetails, limit = 2000): string {
  const text = argumentsText(sample);
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

/** So much of a name stays beside a number in a side bar of 300 pixels, the width that it has at first. */
const NAME_LENGTH = 26;

/** A name whose middle is left out where it would push the numbers out of sight; the tooltip has it in full. */
export function shortName(name: string): string {
  if (name.length <= NAME_LENGTH) return name;
  // What ends a name tells it from its neighbors as much as what begins it.
  const end = Math.floor((NAME_LENGTH - 1) / 3);
  return `${name.slice(0, NAME_LENGTH - 1 - end)}…${name.slice(-end)}`;
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

function typeTexts(node: TypeNode, telling: Telling): NodeTexts {
  const { type, cells } = node;
  const facts = factsOf(cells, telling);
  const name = `${escapeUnsafe(taskTypeName(type))}, ${facts.size} stuck`;
  return {
    ...texts(shortName(escapeUnsafe(type.taskName)), facts.description, facts.look.icon, 'type', ''),
    spoken: [name, facts.spoken].filter(Boolean).join(', '),
    color: facts.look.color,
  };
}

function groupTexts(node: GroupNode, telling: Telling): NodeTexts {
  const facts = factsOf(node.cells, telling);
  const [first] = node.cells;
  const { label, icon, color } = groupLook(node, first);
  // The verdicts of a group that is one verdict are no news.
  const isOne = node.by === 'verdict' || node.by === 'cause';
  const description = isOne ? facts.short : facts.description;
  const spoken = [label, `${facts.size} stuck`, isOne ? '' : facts.spoken].filter(Boolean).join(', ');
  return {
    ...texts(shortName(label), description, icon, `group ${node.by}`, spoken),
    ...(color === undefined ? {} : { color }),
  };
}

function groupLook(
  { by }: GroupNode,
  cell: Cell | undefined,
): { readonly label: string; readonly icon: string; readonly color?: string } {
  switch (by) {
    case 'verdict':
      return { label: cell?.verdict ?? 'not verified', ...(cell?.verdict ? VERDICT_LOOKS[cell.verdict] : NOT_VERIFIED) };
    case 'cause':
      return { label: cell?.cause ?? 'no known cause', ...(cell?.verdict ? VERDICT_LOOKS[cell.verdict] : NOT_VERIFIED) };
    case 'queue':
      return { label: cell?.queue == null ? 'no queue known' : escapeUnsafe(cell.queue), icon: 'list-unordered' };
    case 'module':
      return { label: escapeUnsafe(cell?.type.taskModule ?? ''), icon: 'symbol-namespace' };
  }
}

function outcomeTexts({ cells }: OutcomeNode, telling: Telling): NodeTexts {
  const [cell] = cells;
  const facts = factsOf(cells, telling);
  const label = [cell?.verdict ?? 'not verified', cell?.cause].filter((word) => word !== undefined).join(' · ');
  const spoken = `${label.replace(' · ', ', ')}, ${facts.size} stuck`;
  return { ...texts(label, facts.short, facts.look.icon, 'outcome', spoken), color: facts.look.color };
}

/** `66,597 · 96% unknown`; in the order of age `66,597 · 37 d 18 h`. */
function factsOf(
  cells: readonly Cell[],
  { order, now }: Telling,
): {
  readonly size: string;
  readonly short: string;
  readonly description: string;
  readonly spoken: string;
  readonly look: Look;
} {
  const margins = marginsOf(cells);
  const [first] = verdictShares(verdictsOf(cells), margins);
  const only = first?.share === 1;
  const size = rowsText(sumOf(cells), only ? (margins[first.verdict] ?? 0) : 0);
  const age = order === 'age' ? ageOfHours((now - oldestOf(cells)) / 3_600_000) : '';
  const share = first ? `${first.percent} ${first.verdict}` : '';
  return {
    size,
    short: [size, age].filter(Boolean).join(' · '),
    description: [size, age === '' ? share : age].filter(Boolean).join(' · '),
    spoken: [share.replaceAll('%', ' percent'), age === '' ? '' : `oldest ${age}`].filter(Boolean).join(', '),
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
  const contextValue = `${taskId ? 'sample' : 'sampleWithoutTaskId'}${signalOfRow(type.taskName, sample.arguments?.rawJSON ?? null) ? ' signal' : ''}`;
  const spoken = [`Task ${String(sample.id)}`, told && outcome ? outcome.verdict : '', description].filter(Boolean);
  return {
    ...texts(`#${String(sample.id)}`, description, look.icon, contextValue, spoken.join(', ')),
    color: look.color,
  };
}

/** Longer sentences end in the tooltip: a tree keeps a line each. */
const LABEL_LENGTH = 300;

/** The first sentence; all of them are in the tooltip. */
function evidenceTexts({ evidence, owner }: EvidenceNode): NodeTexts {
  const { source, says, supports } = evidence;
  const sentence = oneLine(says);
  const verdict = owner.outcome?.verdict;
  const decides = verdict !== undefined && isDecisive(evidence, verdict);
  const points = supports === undefined || decides ? '' : `points to: ${supports}`;
  const description = [source, points].filter(Boolean).join(', ');
  const spoken = [decides ? 'Decisive.' : '', sentence, `Source: ${description}`].filter(Boolean).join(' ');
  const look: Pick<NodeTexts, 'icon' | 'color' | 'strong'> = decides
    ? { ...VERDICT_LOOKS[verdict], strong: true }
    : { icon: SOURCE_ICONS[source] };
  return { ...texts(shorten(firstSentence(sentence)), description, SOURCE_ICONS[source], 'evidence', spoken), ...look };
}

function firstSentence(text: string): string {
  return /^.+?[.!?](?=\s)/.exec(text)?.[0] ?? text;
}

export function fullEvidence({ source, says, supports }: Evidence): string {
  return `${oneLine(says)} Source: ${source}${supports === undefined ? '' : `, points to: ${supports}`}`;
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
