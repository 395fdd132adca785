import type { Diagnosis, OtherStatus, RowDetails, TaskType } from '../../model/diagnosis';
import type { RowOutcome } from '../../model/judgedRow';
import { typeKey } from '../../model/taskType';
import type { Outcome } from '../../model/verdict';
import { storyParts, type Seen } from '../../report/story';
import { readingTexts, type ReadingText } from '../../report/verdictText';
import { branches, LEVELS_OF, type Branch, type Level } from './branches';
import { cellsOf, filtered, sumOf, type Cell } from './cells';
import { isFiltered, type TreeLook } from './treeLook';

/** What the tree shows, as plain data. `id`s stay the same from check to check, so that open branches stay open. */
export type TreeNode =
  BranchNode | SampleNode | EvidenceNode | ReadingNode | MoreNode | OthersNode | StatusNode | ActionNode;

/** Nodes that stand for tasks of the table and open to smaller parts of them, down to samples. */
export type BranchNode = GroupNode | TypeNode | OutcomeNode;

interface Tasks {
  readonly id: string;
  readonly cells: readonly Cell[];
  /** What is below, from the top. */
  readonly rest: readonly Level[];
  /** The statuses whose rows are counted here: those of the check, or one other. */
  readonly statuses: readonly string[];
}

/** Tasks of several types that have a verdict, a cause, a queue or a module in common. */
export interface GroupNode extends Tasks {
  readonly kind: 'group';
  readonly by: 'verdict' | 'cause' | 'queue' | 'module';
}

export interface TypeNode extends Tasks {
  readonly kind: 'type';
  readonly type: TaskType;
}

/** Tasks of one type with one verdict and cause. */
export interface OutcomeNode extends Tasks {
  readonly kind: 'outcome';
  readonly type: TaskType;
}

/** Nodes with samples below them. */
export type RowsNode = TypeNode | OutcomeNode;

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
  /** The node above it names this verdict and cause already. */
  readonly told?: true;
}

/** One observation about a sample. */
export interface EvidenceNode {
  readonly kind: 'evidence';
  readonly id: string;
  readonly owner: SampleNode;
  readonly seen: Seen;
  /** The verdict rests on it. */
  readonly decides: boolean;
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
  readonly owner: RowsNode;
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

/** A sentence that a click does something about. */
export interface ActionNode {
  readonly kind: 'action';
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly icon: string;
  readonly color?: string;
  readonly command?: { readonly id: string; readonly arguments?: readonly unknown[] };
  /** It opens to these instead. */
  readonly below?: readonly ActionNode[];
}

/** Samples that were loaded page by page since the check, by `rowsKey`. */
export type LoadedPages = ReadonlyMap<string, { readonly samples: readonly RowDetails[]; readonly complete: boolean }>;

/** How a row was found when it was looked at again. */
export interface Again {
  readonly at: Date;
  /** `stuck` still; `moved`: it has another status or ran since; `gone`: deleted. */
  readonly found: 'stuck' | 'moved' | 'gone';
}

/** What a check kept of a row. */
export type KnownOutcome = Outcome & Pick<RowOutcome, 'queue'>;

/** What is known beyond the Diagnosis: loaded since the check, or kept of it beside the Diagnosis. */
export interface SinceCheck {
  readonly look: TreeLook;
  readonly pages: LoadedPages;
  /** Undefined for a row that was not judged. */
  readonly outcomeOf: (id: number) => KnownOutcome | undefined;
  /** Rows that were looked at again, by id; without a sample where they are gone. */
  readonly again: ReadonlyMap<number, Again & { readonly sample?: RowDetails }>;
}

/**
 * The tree's first level, without what stands above and below the tasks.
 * @param cells of the stuck tasks, as the grouping needs them
 */
export function rootNodes(diagnosis: Diagnosis, cells: readonly Cell[], look: TreeLook): TreeNode[] {
  const { grouping, order, filter } = look;
  const all: Tasks = {
    id: grouping === 'type' ? 'stuck' : grouping,
    cells: filtered(cells, filter),
    rest: LEVELS_OF[grouping],
    statuses: diagnosis.parameters.statuses,
  };
  const stuck = branches(all, order).map((branch) => branchNode(branch, all));
  if (diagnosis.otherStatuses.length === 0 || isFiltered(filter)) return stuck;
  return [...stuck, { kind: 'others', id: 'others', others: diagnosis.otherStatuses }];
}

export function childNodes(node: TreeNode, diagnosis: Diagnosis, since: SinceCheck): TreeNode[] {
  switch (node.kind) {
    case 'group':
    case 'type':
    case 'outcome': {
      const below = branches(node, since.look.order);
      if (below.length > 0) return below.map((branch) => branchNode(branch, node));
      return node.kind === 'group' ? [] : sampleNodes(node, diagnosis, since);
    }
    case 'others':
      return node.others.map((other) => ({ kind: 'status', id: `status:${JSON.stringify(other.status)}`, other }));
    case 'status': {
      const { status, taskTypes } = node.other;
      const all: Tasks = { id: node.id, cells: cellsOf({ taskTypes }), rest: LEVELS_OF.type, statuses: [status] };
      return branches(all, since.look.order).map((branch) => branchNode(branch, all));
    }
    case 'sample':
      return detailNodes(node);
    case 'action':
      return [...(node.below ?? [])];
    case 'evidence':
    case 'reading':
    case 'more':
      return [];
  }
}

/** Whether a node can be opened; said without making its children. */
export function hasChildren(node: TreeNode): boolean {
  if (node.kind === 'sample') return detailsOf(node) !== undefined;
  if (node.kind === 'action') return node.below !== undefined;
  return node.kind !== 'evidence' && node.kind !== 'reading' && node.kind !== 'more';
}

/** What tells the rows below a node from those below every other, however the tree is grouped. */
export function rowsKey({ type, statuses, cells }: RowsNode): string {
  const cell = cells[0];
  return JSON.stringify([typeKey(type), statuses, cell?.verdict, cell?.cause, cell?.queue]);
}

/** Whether a row with this outcome is below a node. */
export function isBelow({ cells }: Pick<RowsNode, 'cells'>, outcome: KnownOutcome | undefined): boolean {
  return cells.some(
    ({ verdict, cause, queue }) =>
      verdict === undefined ||
      (verdict === outcome?.verdict &&
        cause === outcome.cause &&
        (queue === undefined || queue === (outcome.queue ?? null))),
  );
}

/** The samples of the check that belong below a node, newest first. */
export function samplesOfCheck(node: RowsNode, outcomeOf: SinceCheck['outcomeOf']): RowDetails[] {
  const { samples, examples = [] } = node.type;
  // An example stands for the outcomes that no sample has.
  const all = [...new Map([...samples, ...examples].map((sample) => [sample.id, sample])).values()];
  return all.filter((sample) => isBelow(node, knownOutcome(sample, outcomeOf)));
}

/** As the check judged it: what a later look at the row alone found does not take it from its place. */
function knownOutcome({ id, verification }: RowDetails, outcomeOf: SinceCheck['outcomeOf']): KnownOutcome | undefined {
  const kept = outcomeOf(id);
  return verification ? { ...verification, ...(kept?.queue === undefined ? {} : { queue: kept.queue }) } : kept;
}

function branchNode({ by, key, cells, rest }: Branch, { id, statuses }: Pick<Tasks, 'id' | 'statuses'>): BranchNode {
  const tasks: Tasks = { id: `${id}/${key}`, cells, rest, statuses };
  const [first] = cells;
  if ((by === 'type' || by === 'outcome') && first) return { kind: by, type: first.type, ...tasks };
  return { kind: 'group', by: by as GroupNode['by'], ...tasks };
}

function sampleNodes(node: RowsNode, diagnosis: Diagnosis, since: SinceCheck): TreeNode[] {
  const loaded = since.pages.get(rowsKey(node));
  const own = samplesOfCheck(node, since.outcomeOf);
  // A row that moved between check and page can be in both, and the editor takes no id twice.
  const samples = [...new Map([...own, ...(loaded?.samples ?? [])].map((sample) => [sample.id, sample])).values()];
  const nodes: TreeNode[] = samples.map((sample) => sampleNode(sample, node, diagnosis, since));
  if (samples.length >= sumOf(node.cells) || loaded?.complete === true) return nodes;
  return [
    ...nodes,
    { kind: 'more', id: `${node.id}/more/${String(samples.length)}`, owner: node, shown: samples.length },
  ];
}

function sampleNode(
  ofCheck: RowDetails,
  node: RowsNode,
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
    ...(node.kind === 'outcome' && isBelow(node, outcome) ? { told: true } : {}),
  };
}

function detailsOf({ sample, again }: SampleNode): RowDetails['verification'] {
  return again?.found === 'gone' ? undefined : sample.verification;
}

/** Evidence in the order of the row's story, then the readings that are left. */
function detailNodes(owner: SampleNode): TreeNode[] {
  const verification = detailsOf(owner);
  if (!verification) return [];
  const { because, against, also } = storyParts(verification);
  const all = [...because, ...against, ...also.flatMap(({ seen }) => seen)];
  return [
    ...all.map((seen, index) => ({
      kind: 'evidence' as const,
      id: `${owner.id}/evidence/${String(index)}`,
      owner,
      seen,
      // What points to one verdict or another decided nothing where the verdict is open.
      decides: verification.verdict !== 'unknown' && index < because.length,
    })),
    ...readingTexts(verification).map((reading, index) => ({
      kind: 'reading' as const,
      id: `${owner.id}/reading/${String(index)}`,
      owner,
      reading,
    })),
  ];
}
