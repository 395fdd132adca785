import { ageOfHours } from '../../base/age';
import { number } from '../../base/numbers';
import { ABOUT } from '../../causes/about';
import { taskTypeName, type RowDetails, type TaskType } from '../../model/diagnosis';
import type { Cause, Verdict } from '../../model/verdict';
import { boundsSentence, BOUNDS_NOTE } from '../../report/boundsText';
import { oneLine } from '../../report/format';
import { celeryStateText } from '../../report/verificationLog';
import { outcomeText, verdictShares, VERDICT_MEANINGS } from '../../report/verdictText';
import { oldestOf, sumOf, verdictsOf } from './cells';
import type { BranchNode, SampleNode } from './treeNodes';
import { marginsOf } from './treeTexts';

type Field = readonly [name: string, value: string];

/** Formats a moment for the user's own clock and zone, and how long ago it was at the check. */
export type Moment = (time: string) => string;

const NOTHING = '–';

/** What a sample is, in the order in which people need it. */
export function sampleTooltip(node: SampleNode, moment: Moment): readonly Field[] {
  return [...outcomeFields(node, moment), ...sampleFields(node.sample, moment)];
}

/** What a type, an outcome or a group holds. */
export function branchTooltip(node: BranchNode, moment: Moment, now: string): readonly Field[] {
  const { cells } = node;
  const shares = verdictShares(verdictsOf(cells), marginsOf(cells));
  const estimated = [...new Set(cells.filter((cell) => cell.estimated).map(({ type }) => type))];
  const judged = estimated.reduce((sum, type) => sum + (type.judged ?? 0), 0);
  const [first] = cells;
  const told: Field[] = [];
  if (node.kind === 'outcome' && first?.verdict) told.push(...meanings(first.verdict, first.cause));
  if (node.kind === 'group' && node.by === 'verdict' && first?.verdict) told.push(...meanings(first.verdict));
  if (node.kind === 'group' && node.by === 'cause' && first?.verdict)
    told.push(...meanings(first.verdict, first.cause));
  return [
    ...(node.kind === 'group' ? [] : [['Module', oneLine(node.type.taskModule)] as const]),
    ['Stuck', number(sumOf(cells))],
    ['Oldest', ageOfHours((Date.parse(now) - oldestOf(cells)) / 3_600_000)],
    ...told,
    ...(told.length > 0 ? [] : shares.map(({ verdict, rows, percent }) => [verdict, `${rows} (${percent})`] as const)),
    ...(judged === 0 ? [] : [['Estimated', `from ${number(judged)} tasks chosen at random`] as const]),
    ...(node.kind === 'type' && sumOf(cells) === node.type.count ? boundsFields(node.type) : []),
    ...(node.kind === 'type'
      ? [
          ['Oldest last run', moment(node.type.oldestLastRun)] as const,
          ['Newest last run', moment(node.type.newestLastRun)] as const,
          ...Object.entries(node.type.byStatus).map(([status, rows]) => [oneLine(status), number(rows)] as const),
        ]
      : []),
  ];
}

/** What the broker's numbers say of all tasks of the type together. */
function boundsFields(type: TaskType): Field[] {
  const sentence = boundsSentence(type);
  return sentence === null ? [] : [['Messages', `${sentence} ${BOUNDS_NOTE}`]];
}

/** The heading of a branch's tooltip. */
export function branchTitle(node: BranchNode, label: string): string {
  return node.kind === 'type' ? oneLine(taskTypeName(node.type)) : label;
}

function meanings(verdict: Verdict, cause?: Cause): Field[] {
  return [
    [verdict, VERDICT_MEANINGS[verdict]],
    ...(cause === undefined ? [] : [[cause, ABOUT[cause].meaning] as const]),
  ];
}

/** The verdict of a sample, and what it and its cause mean. */
function outcomeFields({ outcome, again, sample }: SampleNode, moment: Moment): Field[] {
  return [
    ...(outcome ? [['Verdict', `${outcomeText(outcome)}: ${VERDICT_MEANINGS[outcome.verdict]}`] as const] : []),
    ...(outcome?.cause === undefined ? [] : [[outcome.cause, ABOUT[outcome.cause].meaning] as const]),
    ...(outcome && !sample.verification ? [['Evidence', 'Verify This Task collects it'] as const] : []),
    ...(sample.verification ? [['Celery state', celeryStateText(sample)] as const] : []),
    ...(again ? [['Verified again', `${moment(again.at.toISOString())}, ${FOUND[again.found]}`] as const] : []),
  ];
}

const FOUND = { stuck: 'still stuck', moved: 'no longer stuck', gone: 'no longer in the table' } as const;

/** Every field of a sample, in the order in which users need them. */
export function sampleFields(sample: RowDetails, moment: Moment): Field[] {
  const time = (value: string | null): string => (value === null ? NOTHING : moment(value));
  const text = (value: string | null): string => (value === null ? NOTHING : value === '' ? '(empty)' : oneLine(value));
  const page =
    sample.currentPage === null ? NOTHING : `${String(sample.currentPage)} of ${String(sample.totalPages ?? '?')}`;
  return [
    ['Status', oneLine(sample.status)],
    ['Last run', time(sample.lastRun)],
    ['Started at', time(sample.startedAt)],
    ['Created at', time(sample.createdAt)],
    ['Updated at', time(sample.updatedAt)],
    ['Task ID', text(sample.taskId)],
    ['Status message', text(sample.statusMessage)],
    ['Attempts', String(sample.attempts ?? NOTHING)],
    ['Page', page],
    ...(sample.priority === undefined ? [] : [['Priority', String(sample.priority ?? NOTHING)] as const]),
  ];
}
