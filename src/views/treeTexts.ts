import { taskTypeName, type Sample, type TaskType } from '../diagnosis/model';
import { escapeUnsafe } from '../diagnosis/unsafeText';
import { hoursText, NONE, oneLine, pythonTime } from '../report/format';
import { argumentsText } from '../report/textLog';
import type { TreeNode } from './treeNodes';

/** How a node looks, in words; the tree maps it to the editor's TreeItem. */
export interface NodeTexts {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly spoken: string;
  readonly icon: string;
  /** For `when` clauses of menus. */
  readonly contextValue: string;
}

export function nodeTexts(node: TreeNode): NodeTexts {
  switch (node.kind) {
    case 'type':
      return typeTexts(node.type);
    case 'sample':
      return sampleTexts(node.sample, node.now);
    case 'more': {
      const left = node.owner.type.count - node.shown;
      return texts(
        'more…',
        `${count(left)} not shown`,
        'ellipsis',
        'more',
        `Load more samples, ${count(left)} not shown`,
      );
    }
    case 'others': {
      const rows = node.others.reduce((sum, other) => sum + other.count, 0);
      return texts(
        'Other non-terminal statuses',
        count(rows),
        'layers',
        'others',
        `Other non-terminal statuses, ${count(rows)} tasks`,
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
  return `${count(rows)} · max ${hoursText(maxHours)} h`;
}

export function count(rows: number): string {
  return rows.toLocaleString('en-US');
}

/** Every field of a sample, in the order in which a person asks for them. */
export function sampleFields(sample: Sample): (readonly [name: string, value: string])[] {
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
export function shortArguments(sample: Sample, limit = 2000): string {
  const text = argumentsText(sample);
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

function typeTexts(type: TaskType): NodeTexts {
  const name = escapeUnsafe(taskTypeName(type));
  // The name and the numbers must survive a narrow side bar; the module may be cut.
  const size = `${sizeText(type.count, type.maxHoursStuck)} · ${escapeUnsafe(type.taskModule)}`;
  return texts(
    escapeUnsafe(type.taskName),
    size,
    'symbol-method',
    'type',
    `${name}, ${count(type.count)} stuck, longest ${hoursText(type.maxHoursStuck)} hours`,
  );
}

function sampleTexts(sample: Sample, now: string): NodeTexts {
  const age = `${hoursText(hoursBetween(sample.lastRun, now))} h`;
  const attempts =
    sample.attempts === null ? '' : ` · ${String(sample.attempts)} ${sample.attempts === 1 ? 'attempt' : 'attempts'}`;
  const taskId = sample.taskId ? ` · ${oneLine(sample.taskId)}` : ' · no task id';
  const description = `${age}${attempts}${taskId}`;
  const contextValue = sample.taskId ? 'sample' : 'sampleWithoutTaskId';
  return texts(
    `#${String(sample.id)}`,
    description,
    'circle-outline',
    contextValue,
    `Task ${String(sample.id)}, ${description}`,
  );
}

function hoursBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 3_600_000;
}

function texts(label: string, description: string, icon: string, contextValue: string, spoken: string): NodeTexts {
  return { label, description, icon, contextValue, spoken };
}
