import { isAbout } from '../../model/rowFilter';
import { taskTypeName, type Diagnosis } from '../../model/diagnosis';
import { typeKey } from '../../model/taskType';
import { count } from '../../base/numbers';
import { binOf } from '../../model/timeline';
import type { Cause, Verdict } from '../../model/verdict';
import type { RowGroup, RowChoice } from '../../model/judgedRows';
import type { FixRows } from '../../report/panelMessages';
import { isBelow, type BranchNode, type SampleNode, type TreeNode } from '../tree/treeNodes';

/** The rows that a fix is asked for. */
export interface FixTarget {
  /** What they are, for titles and for the head of a script: `shop.tasks.send`, `every row judged lost`. */
  readonly says: string;
  readonly choice: RowChoice;
}

/** @returns undefined where no node means rows */
export function targetOfNodes(nodes: readonly TreeNode[]): FixTarget | undefined {
  const branches = nodes.filter(isBranch);
  const samples = nodes.map(sampleOf).filter((node) => node !== undefined);
  if (branches.length + samples.length === 0) return undefined;
  // A sample below a type that is selected too is meant once.
  const ids = new Set(samples.map(({ sample }) => sample.id));
  const touched = new Set(samples.map(({ type }) => typeKey(type)));
  const isWhole = (group: RowGroup): boolean => branches.some((branch) => holds(branch, group));
  return {
    says: saysNodes(branches, samples),
    choice: {
      group: (group) => isWhole(group) || touched.has(typeKey(group)),
      row: (id, _lastRun, group) => ids.has(id) || isWhole(group),
    },
  };
}

function isBranch(node: TreeNode): node is BranchNode {
  return node.kind === 'type' || node.kind === 'outcome' || node.kind === 'group';
}

/** Whether rows that were judged alike are below a node. */
function holds({ cells, statuses }: BranchNode, group: RowGroup): boolean {
  const key = typeKey(group);
  const ofType = cells.filter(({ type }) => typeKey(type) === key);
  return ofType.length > 0 && statuses.includes(group.status) && isBelow({ cells: ofType }, group);
}

/** The rows that a report's button means, of the Diagnosis that it shows. */
export function targetOfReport(diagnosis: Diagnosis, rows: FixRows): FixTarget | undefined {
  const { taskTypes, verdict, cause, bins, recommendation, row } = rows;
  const names = taskTypes?.map((index) => diagnosis.taskTypes[index]);
  const advice = recommendation === undefined ? undefined : diagnosis.recommendations[recommendation];
  if (names?.includes(undefined)) return undefined;
  if (recommendation !== undefined && advice?.about === undefined) return undefined;
  const types = names && new Set(names.map((type) => type && typeKey(type)));
  const about = advice?.about;
  const bin = bins && diagnosis.timeline && binOf(diagnosis.timeline);
  const whole = types?.size === diagnosis.taskTypes.length;
  return {
    says: saysReport(diagnosis, rows, whole),
    choice: {
      group: (group) =>
        (types?.has(typeKey(group)) ?? true) &&
        isOf(group, verdict, cause) &&
        (about === undefined || isAbout(about, group)),
      row: (id, lastRun) =>
        (row === undefined || row === id) &&
        (bins === undefined || (bin !== undefined && bin(lastRun) >= bins.from && bin(lastRun) <= bins.to)),
    },
  };
}

/** The one row with this id. */
export function targetOfRow(id: number): FixTarget {
  return { says: `row ${String(id)}`, choice: { group: () => true, row: (other) => other === id } };
}

/** All rows with this verdict and cause. @param cause null: none is named; undefined: any */
export function targetOfOutcome(verdict: Verdict, cause: Cause | null | undefined): FixTarget {
  return { says: saysOutcome(verdict, cause), choice: { group: (group) => isOf(group, verdict, cause) } };
}

export const EVERY_ROW: FixTarget = { says: 'every row that was judged', choice: { group: () => true } };

function isOf(group: RowGroup, verdict: Verdict | undefined, cause: Cause | null | undefined): boolean {
  return (
    (verdict === undefined || group.verdict === verdict) && (cause === undefined || (group.cause ?? null) === cause)
  );
}

function sampleOf(node: TreeNode): SampleNode | undefined {
  if (node.kind === 'sample') return node;
  return node.kind === 'evidence' || node.kind === 'reading' ? node.owner : undefined;
}

function saysNodes(branches: readonly BranchNode[], samples: readonly SampleNode[]): string {
  const [branch, another] = branches;
  const [sample, more] = samples;
  if (branches.length === 0)
    return sample && !more ? `row ${String(sample.sample.id)}` : `${String(samples.length)} selected rows`;
  if (branch && !another && !sample) return saysBranch(branch);
  const types = branches.every(({ kind }) => kind === 'type');
  return [
    types ? count(branches.length, 'selected type') : `${String(branches.length)} selected parts of the tree`,
    samples.length > 0 ? count(samples.length, 'selected row') : '',
  ]
    .filter(Boolean)
    .join(' and ');
}

function saysBranch(branch: BranchNode): string {
  const [cell] = branch.cells;
  const verdicts = new Set(branch.cells.map(({ verdict }) => verdict));
  const outcome =
    branch.kind === 'outcome' || (branch.kind === 'group' && branch.by === 'cause')
      ? saysOutcome(cell?.verdict, cell?.cause ?? null)
      : verdicts.size === 1 && cell?.verdict
        ? saysOutcome(cell.verdict, undefined)
        : '';
  if (branch.kind !== 'group') return [outcome, taskTypeName(branch.type)].filter(Boolean).join(', ');
  if (branch.by === 'module') return `every row of the module ${cell?.type.taskModule ?? ''}`;
  if (branch.by === 'queue')
    return cell?.queue ? `every row of the queue ${cell.queue}` : 'every row without a known queue';
  return outcome;
}

function saysReport(diagnosis: Diagnosis, rows: FixRows, whole: boolean): string {
  const { taskTypes = [], verdict, cause, bins, recommendation, row } = rows;
  if (row !== undefined) return `row ${String(row)}`;
  const [first, another] = taskTypes;
  const type = first === undefined || another !== undefined ? undefined : diagnosis.taskTypes[first];
  const advice = recommendation === undefined ? undefined : diagnosis.recommendations[recommendation];
  const parts = [
    verdict === undefined && cause === undefined ? '' : saysOutcome(verdict, cause),
    type ? taskTypeName(type) : whole || taskTypes.length === 0 ? '' : count(taskTypes.length, 'task type'),
    advice ? `the rows of “${advice.title}”` : '',
    bins ? 'of the chosen time' : '',
  ].filter(Boolean);
  return parts.length === 0 ? EVERY_ROW.says : parts.join(', ');
}

function saysOutcome(verdict: Verdict | undefined, cause: Cause | null | undefined): string {
  const because = cause === undefined ? '' : cause === null ? ' without a named cause' : ` (${cause})`;
  return verdict === undefined ? `every row${because}` : `every row judged ${verdict}${because}`;
}
