import type { Diagnosis, OtherStatus, RowDetails, TaskType } from '../../model/diagnosis';
import { typeKey } from '../../model/taskType';
import type { Evidence } from '../../model/verdict';
import { readingTexts, type ReadingText } from '../../report/verdictText';
import { type Outcome } from '../../model/verdict';

/** What the tree shows, as plain data. `id`s stay the same from check to check, so that open branches stay open. */
export type TreeNode = TypeNode | SampleNode | EvidenceNode | ReadingNode | MoreNode | OthersNode | StatusNode;

export interface TypeNode {
  readonly kind: 'type';
  readonly id: string;
  readonly type: TaskType;
  /** The statuses whose rows are counted here: those of the check, or one other. */
  readonly statuses: readonly string[];
}

export interface SampleNode {
  readonly kind: 'sample';
  readonly id: string;
  readonly sample: RowDetails;
  readonly type: TaskType;
  /** The server's clock at the check: ages are counted to it. */
  readonly now: string;
  /** Known of every stuck row after a check with verification; its evidence only of those that were looked at in full. */
  readonly outcome?: Outcome;
  /** Set where the row was looked at again since the check. */
  readonly again?: Again;
}

/** One observation about a sample. */
export interface EvidenceNode {
  readonly kind: 'evidence';
  readonly id: string;
  readonly owner: SampleNode;
  readonly evidence: Evidence;
}

/** One way in which the evidence can be read. */
export interface ReadingNode {
  readonly kind: 'reading';
  readonly id: string;
  readonly owner: SampleNode;
  readonly reading: ReadingText;
}

export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly owner: TypeNode;
  readonly shown: number;
}

export interface OthersNode {
  readonly kind: 'others';
  readonly id: string;
  readonly others: readonly OtherStatus[];
}

export interface StatusNode {
  readonly kind: 'status';
  readonly id: string;
  readonly other: OtherStatus;
}

/** Samples that were loaded page by page since the check, by node id. */
export type LoadedPages = ReadonlyMap<string, { readonly samples: readonly RowDetails[]; readonly complete: boolean }>;

/** How a row was found when it was looked at again. */
export interface Again {
  readonly at: Date;
  /** `stuck` still; `moved`: it has another status or ran since; `gone`: deleted. */
  readonly found: 'stuck' | 'moved' | 'gone';
}

/** What is known beyond the Diagnosis: loaded since the check, or kept of it beside the Diagnosis. */
export interface SinceCheck {
  readonly pages: LoadedPages;
  /** Undefined for a row that was not judged. */
  readonly outcomeOf: (id: number) => Outcome | undefined;
  /** Rows that were looked at again, by id; without a sample where they are gone. */
  readonly again: ReadonlyMap<number, Again & { readonly sample?: RowDetails }>;
}

export function rootNodes(diagnosis: Diagnosis): TreeNode[] {
  const stuck = typeNodes('stuck', diagnosis.taskTypes, diagnosis.parameters.statuses);
  if (diagnosis.otherStatuses.length === 0) return stuck;
  return [...stuck, { kind: 'others', id: 'others', others: diagnosis.otherStatuses }];
}

export function childNodes(node: TreeNode, diagnosis: Diagnosis, since: SinceCheck): TreeNode[] {
  switch (node.kind) {
    case 'type':
      return sampleNodes(node, diagnosis, since);
    case 'others':
      return node.others.map((other) => ({ kind: 'status', id: `status:${JSON.stringify(other.status)}`, other }));
    case 'status':
      return typeNodes(node.id, node.other.taskTypes, [node.other.status]);
    case 'sample':
      return detailNodes(node);
    case 'evidence':
    case 'reading':
    case 'more':
      return [];
  }
}

/** Whether a node can be opened; said without making its children. */
export function hasChildren(node: TreeNode): boolean {
  if (node.kind === 'sample') return detailsOf(node) !== undefined;
  return node.kind === 'type' || node.kind === 'others' || node.kind === 'status';
}

/** Where the next page of a task type begins: behind the last sample shown. */
export function lastShown(node: TypeNode, pages: LoadedPages): RowDetails | undefined {
  return pages.get(node.id)?.samples.at(-1) ?? node.type.samples.at(-1);
}

function typeNodes(parent: string, types: readonly TaskType[], statuses: readonly string[]): TypeNode[] {
  return types.map((type) => ({
    kind: 'type',
    id: `${parent}/${typeKey(type)}`,
    type,
    statuses,
  }));
}

function sampleNodes(node: TypeNode, diagnosis: Diagnosis, since: SinceCheck): TreeNode[] {
  const loaded = since.pages.get(node.id);
  // A row that moved between check and page can be in both, and the editor takes no id twice.
  const samples = [
    ...new Map([...node.type.samples, ...(loaded?.samples ?? [])].map((sample) => [sample.id, sample])).values(),
  ];
  const nodes: TreeNode[] = samples.map((sample) => sampleNode(sample, node, diagnosis, since));
  if (samples.length >= node.type.count || loaded?.complete === true) return nodes;
  return [
    ...nodes,
    { kind: 'more', id: `${node.id}/more/${String(samples.length)}`, owner: node, shown: samples.length },
  ];
}

function sampleNode(
  ofCheck: RowDetails,
  node: TypeNode,
  diagnosis: Diagnosis,
  { outcomeOf, again }: SinceCheck,
): SampleNode {
  const seen = again.get(ofCheck.id);
  const sample = seen?.sample ?? ofCheck;
  // What was true of a row at the check is not said of it as it is now.
  const outcome = seen ? seen.sample?.verification : (sample.verification ?? outcomeOf(ofCheck.id));
  return {
    kind: 'sample',
    id: `${node.id}/${String(ofCheck.id)}`,
    sample,
    type: node.type,
    now: diagnosis.generatedAt,
    ...(outcome ? { outcome } : {}),
    ...(seen ? { again: { at: seen.at, found: seen.found } } : {}),
  };
}

function detailsOf({ sample, again }: SampleNode): RowDetails['verification'] {
  return again?.found === 'gone' ? undefined : sample.verification;
}

/** Evidence first, then the readings that are left. */
function detailNodes(owner: SampleNode): TreeNode[] {
  const verification = detailsOf(owner);
  if (!verification) return [];
  return [
    ...verification.evidence.map((evidence, index) => ({
      kind: 'evidence' as const,
      id: `${owner.id}/evidence/${String(index)}`,
      owner,
      evidence,
    })),
    ...readingTexts(verification).map((reading, index) => ({
      kind: 'reading' as const,
      id: `${owner.id}/reading/${String(index)}`,
      owner,
      reading,
    })),
  ];
}
