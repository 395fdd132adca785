import type { Diagnosis, OtherStatus, Sample, TaskType } from '../diagnosis/model';

/** What the tree shows, as plain data. `id`s stay the same from check to check, so that open branches stay open. */
export type TreeNode = TypeNode | SampleNode | MoreNode | OthersNode | StatusNode;

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
  readonly sample: Sample;
  readonly type: TaskType;
  /** The server's clock at the check: ages are counted to it. */
  readonly now: string;
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
export type LoadedPages = ReadonlyMap<string, { readonly samples: readonly Sample[]; readonly complete: boolean }>;

export function rootNodes(diagnosis: Diagnosis): TreeNode[] {
  const stuck = typeNodes('stuck', diagnosis.taskTypes, diagnosis.parameters.statuses);
  if (diagnosis.otherStatuses.length === 0) return stuck;
  return [...stuck, { kind: 'others', id: 'others', others: diagnosis.otherStatuses }];
}

export function childNodes(node: TreeNode, diagnosis: Diagnosis, pages: LoadedPages): TreeNode[] {
  switch (node.kind) {
    case 'type':
      return sampleNodes(node, diagnosis, pages);
    case 'others':
      return node.others.map((other) => ({ kind: 'status', id: `status:${JSON.stringify(other.status)}`, other }));
    case 'status':
      return typeNodes(node.id, node.other.taskTypes, [node.other.status]);
    case 'sample':
    case 'more':
      return [];
  }
}

/** Where the next page of a task type begins: behind the last sample shown. */
export function lastShown(node: TypeNode, pages: LoadedPages): Sample | undefined {
  return pages.get(node.id)?.samples.at(-1) ?? node.type.samples.at(-1);
}

function typeNodes(parent: string, types: readonly TaskType[], statuses: readonly string[]): TypeNode[] {
  return types.map((type) => ({
    kind: 'type',
    id: `${parent}/${JSON.stringify([type.taskModule, type.taskName])}`,
    type,
    statuses,
  }));
}

function sampleNodes(node: TypeNode, diagnosis: Diagnosis, pages: LoadedPages): TreeNode[] {
  const loaded = pages.get(node.id);
  // A row that moved between check and page can be in both, and the editor takes no id twice.
  const samples = [
    ...new Map([...node.type.samples, ...(loaded?.samples ?? [])].map((sample) => [sample.id, sample])).values(),
  ];
  const nodes: TreeNode[] = samples.map((sample) => ({
    kind: 'sample',
    id: `${node.id}/${String(sample.id)}`,
    sample,
    type: node.type,
    now: diagnosis.generatedAt,
  }));
  if (samples.length >= node.type.count || loaded?.complete === true) return nodes;
  return [
    ...nodes,
    { kind: 'more', id: `${node.id}/more/${String(samples.length)}`, owner: node, shown: samples.length },
  ];
}
