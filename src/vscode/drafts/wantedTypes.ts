import type { Diagnosis, TaskType } from '../../model/diagnosis';
import { typeKey, type TypeId } from '../../model/taskType';
import type { DraftsWanted } from '../../report/panelMessages';
import type { TreeNode } from '../tree/treeNodes';

/** A task type that a rule is wanted for. */
export interface WantedType extends TypeId {
  /** Its stuck tasks that the check could not decide; null where no check says so. */
  readonly undetermined: number | null;
}

/** The task types with undetermined tasks, most of these first. */
export function undeterminedTypes({ taskTypes }: Pick<Diagnosis, 'taskTypes'>): WantedType[] {
  return taskTypes
    .map((type) => wanted(type))
    .filter(({ undetermined }) => (undetermined ?? 0) > 0)
    .sort((a, b) => (b.undetermined ?? 0) - (a.undetermined ?? 0));
}

/** Stuck tasks without a verdict, over all types. */
export function undeterminedSum({ taskTypes }: Pick<Diagnosis, 'taskTypes'>): number {
  return taskTypes.reduce((sum, type) => sum + (wanted(type).undetermined ?? 0), 0);
}

/** The types that a button of a report means. */
export function typesOfReport(diagnosis: Diagnosis, about: DraftsWanted): WantedType[] {
  if ('recommendation' in about) return undeterminedTypes(diagnosis);
  const type = diagnosis.taskTypes[about.taskType];
  return type ? [wanted(type)] : [];
}

/** The types that nodes of the tree mean, or an object that names one. @returns undefined where neither is meant */
export function typesAsked(
  asked: unknown,
  selected: unknown,
  diagnosis: Pick<Diagnosis, 'taskTypes'> | undefined,
): WantedType[] | undefined {
  if (typeof asked !== 'object' || asked === null) return undefined;
  if (!('kind' in asked)) {
    const { taskModule, taskName } = asked as Partial<Record<keyof TypeId, unknown>>;
    if (typeof taskModule !== 'string' || typeof taskName !== 'string') return undefined;
    return [ofDiagnosis({ taskModule, taskName }, diagnosis)];
  }
  const nodes = Array.isArray(selected) && selected.length > 0 ? (selected as TreeNode[]) : [asked as TreeNode];
  return typesOfNodes(nodes);
}

/** @returns undefined where no node means a type */
export function typesOfNodes(nodes: readonly TreeNode[]): WantedType[] | undefined {
  const types = new Map(nodes.flatMap(typesOf).map((type) => [typeKey(type), type]));
  if (types.size === 0) return undefined;
  return [...types.values()].map((type) => wanted(type)).sort((a, b) => (b.undetermined ?? 0) - (a.undetermined ?? 0));
}

function typesOf(node: TreeNode): TaskType[] {
  switch (node.kind) {
    case 'type':
    case 'outcome':
    case 'sample':
      return [node.type];
    case 'evidence':
    case 'reading':
      return [node.owner.type];
    case 'group':
      return node.cells.filter(({ verdict }) => verdict === undefined || verdict === 'unknown').map(({ type }) => type);
    case 'action':
    case 'more':
    case 'others':
    case 'status':
      return [];
  }
}

function ofDiagnosis(id: TypeId, diagnosis: Pick<Diagnosis, 'taskTypes'> | undefined): WantedType {
  const type = diagnosis?.taskTypes.find((each) => typeKey(each) === typeKey(id));
  return type ? wanted(type) : { ...id, undetermined: null };
}

function wanted({ taskModule, taskName, outcomes }: TaskType): WantedType {
  const undetermined =
    outcomes?.reduce((sum, { verdict, count: tasks }) => sum + (verdict === 'unknown' ? tasks : 0), 0) ?? null;
  return { taskModule, taskName, undetermined };
}
