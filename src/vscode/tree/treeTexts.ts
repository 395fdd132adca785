import { number } from '../../base/numbers';
import { taskTypeName, type RowDetails, type TaskType } from '../../model/diagnosis';
import type { Evidence } from '../../model/verdict';
import { escapeUnsafe } from '../../base/unsafeText';
import { hoursText, NONE, oneLine, pythonTime } from '../../report/format';
import { argumentsText } from '../../report/textLog';
import { celeryStateText } from '../../report/verificationLog';
import {
  outcomeText,
  VERDICT_MEANINGS,
  verdictMargins,
  verdictShares,
  type ReadingText,
} from '../../report/verdictText';
import { signalOfRow } from '../../python/signalOfRow';
import type { SampleNode, TreeNode } from './treeNodes';
import { VERDICT_LOOKS, type Look } from '../../report/verdictLooks';
import { outcomeWords, SOURCE_ICONS, verdictBar, verdictSummary } from './verdictLooks';

/** How a node looks, in words; the tree maps it to the editor's TreeItem. */
export interface NodeTexts {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly icon: string;
  /** A colour of the theme. */
  readonly color?: string;
  /** For `when` clauses of menus. */
  readonly contextValue: string;
}

/** @param clock formats a time for the user's own clock */
export function nodeTexts(node: TreeNode, clock: (time: Date) => string): NodeTexts {
  switch (node.kind) {
    case 'type':
      return typeTexts(node.type);
    case 'sample':
      return sampleTexts(node, clock);
    case 'evidence':
      return evidenceTexts(node.evidence);
    case 'reading':
      return readingNodeTexts(node.reading);
    case 'more': {
      const left = node.owner.type.count - node.shown;
      return texts(
        'more…',
        `${number(left)} not shown`,
        'ellipsis',
        'more',
        `Load more samples, ${number(left)} not shown`,
      );
    }
    case 'others': {
      const rows = node.others.reduce((sum, other) => sum + other.count, 0);
      return texts(
        'Other non-terminal statuses',
        number(rows),
        'layers',
        'others',
        `Other non-terminal statuses, ${number(rows)} tasks`,
      );
    }
    case 'status': {
      const { status, count: rows, maxHoursStuck } = node.other;
      const size = sizeText(rows, maxHoursStuck);
      return texts(escapeUnsafe(status), size, 'tag', 'status', `Status ${escapeUnsafe(status)}, ${size}`);
    }
  }
}

/** `66,597 · max 906.60 h` */
export function sizeText(rows: number, maxHours: number): string {
  return `${number(rows)} · max ${hoursText(maxHours)} h`;
}

/** Every field of a sample, in the order in which users need them. */
export function sampleFields(sample: RowDetails): (readonly [name: string, value: string])[] {
  const page =
    sample.currentPage === null ? NONE : `${String(sample.currentPage)} of ${String(sample.totalPages ?? '?')}`;
  return [
    ['Status', oneLine(sample.status)],
    ['Last run', pythonTime(sample.lastRun)],
    ['Started at', pythonTime(sample.startedAt)],
    ['Created at', pythonTime(sample.createdAt)],
    ['Updated at', pythonTime(sample.updatedAt)],
    ['Task ID', sample.taskId === '' ? '(empty)' : oneLine(sample.taskId)],
    ['Status message', sample.statusMessage === '' ? '(empty)' : oneLine(sample.statusMessage)],
    ['Attempts', String(sample.attempts ?? NONE)],
    ['Page', page],
    ...(sample.priority === undefined ? [] : [['Priority', String(sample.priority ?? NONE)] as const]),
  ];
}

/** Arguments for a tooltip: whole when short, else their beginning. */
export function shortArguments(sample: RowDetails, limit = 2000): string {
  const text = argumentsText(sample);
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

/** Every verdict of a type with its rows, most first, for its tooltip. */
export function verdictFields(type: TaskType): (readonly [name: string, value: string])[] {
  const { verdicts = {}, judged } = type;
  const shares = verdictShares(verdicts, verdictMargins([type]));
  return [
    ...shares.map(({ verdict, rows, percent }) => [verdict, `${rows} (${percent})`] as const),
    ...(judged === undefined ? [] : [['Estimated', `from ${number(judged)} tasks drawn at random`] as const]),
  ];
}

/** The verdict of a sample for its tooltip, and what it means. */
export function outcomeFields(
  { outcome, again, sample }: SampleNode,
  clock: (time: Date) => string,
): (readonly [name: string, value: string])[] {
  return [
    ...(outcome ? [['Verdict', `${outcomeText(outcome)}: ${VERDICT_MEANINGS[outcome.verdict]}`] as const] : []),
    ...(outcome && !sample.verification ? [['Evidence', 'Verify This Task collects it'] as const] : []),
    ...(sample.verification ? [['Celery state', celeryStateText(sample)] as const] : []),
    ...(again ? [['Looked at again', `${clock(again.at)}, ${FOUND[again.found]}`] as const] : []),
  ];
}

const FOUND = { stuck: 'still stuck', moved: 'no longer stuck', gone: 'no longer in the table' } as const;

function typeTexts(type: TaskType): NodeTexts {
  const name = escapeUnsafe(taskTypeName(type));
  const age = `max ${hoursText(type.maxHoursStuck)} h`;
  const margins = verdictMargins([type]);
  // The name, the numbers and what became of them must survive a narrow side bar; the module may be cut.
  const parts = [number(type.count), verdictBar(type.verdicts ?? {}, margins), age, escapeUnsafe(type.taskModule)];
  const spoken = [
    `${name}, ${number(type.count)} stuck`,
    verdictSummary(type.verdicts ?? {}, ', ', 2, margins).replaceAll('%', ' percent'),
    `longest ${hoursText(type.maxHoursStuck)} hours`,
  ];
  return texts(
    escapeUnsafe(type.taskName),
    parts.filter(Boolean).join(' · '),
    'symbol-method',
    'type',
    spoken.filter(Boolean).join(', '),
  );
}

function sampleTexts({ sample, type, now, outcome, again }: SampleNode, clock: (time: Date) => string): NodeTexts {
  const attempts =
    sample.attempts === null ? '' : `${String(sample.attempts)} ${sample.attempts === 1 ? 'attempt' : 'attempts'}`;
  const parts = [
    again?.found === 'gone' ? 'no longer in the table' : '',
    again?.found === 'moved' ? `${oneLine(sample.status)} now` : '',
    outcome ? outcomeWords(outcome) : '',
    again ? `seen ${clock(again.at)}` : '',
    `${hoursText(hoursBetween(sample.lastRun, now))} h`,
    attempts,
    sample.taskId ? oneLine(sample.taskId) : 'no task id',
  ];
  const description = parts.filter(Boolean).join(' · ');
  const look = outcome ? VERDICT_LOOKS[outcome.verdict] : again?.found === 'gone' ? GONE : NOT_VERIFIED;
  const contextValue = `${sample.taskId ? 'sample' : 'sampleWithoutTaskId'}${signalOfRow(type.taskName, sample.arguments?.rawJSON ?? null) ? ' signal' : ''}`;
  const label = `#${String(sample.id)}`;
  return {
    ...texts(label, description, look.icon, contextValue, `Task ${String(sample.id)}, ${description}`),
    color: look.color,
  };
}

const NOT_VERIFIED: Look = { icon: 'circle-outline', color: 'descriptionForeground' };
const GONE: Look = { icon: 'trash', color: 'descriptionForeground' };

/** Longer sentences end in the tooltip: a tree keeps a line each. */
const LABEL_LENGTH = 300;

function evidenceTexts({ source, says, supports }: Evidence): NodeTexts {
  const sentence = oneLine(says);
  const description = supports === undefined ? source : `${source}, points to ${supports}`;
  return texts(shorten(sentence), description, SOURCE_ICONS[source], 'evidence', `${sentence} Source: ${description}`);
}

function readingNodeTexts({ head, why, decidedBy, verdict }: ReadingText): NodeTexts {
  const look = VERDICT_LOOKS[verdict];
  const label = `${head}: ${why}`;
  return texts(shorten(label), decidedBy, look.icon, 'reading', `${label}, ${decidedBy}`);
}

function shorten(text: string): string {
  return text.length <= LABEL_LENGTH ? text : `${text.slice(0, LABEL_LENGTH - 1)}…`;
}

function hoursBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 3_600_000;
}

function texts(label: string, description: string, icon: string, contextValue: string, spoken: string): NodeTexts {
  return { label, description, icon, contextValue, spoken };
}
