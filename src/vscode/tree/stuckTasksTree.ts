import * as vscode from 'vscode';
import { ageOfHours } from '../../base/age';
import type { RowDetails } from '../../model/diagnosis';
import type { CheckResult, CheckStates } from '../checks/checkState';
import type { ResultRows } from '../checks/resultRows';
import { COMMANDS } from '../shared/contributions';
import { cellsByQueue, cellsOf, filtered, knowsQueues, type Cell } from './cells';
import { isStuck, LoadedRows } from './loadedRows';
import type { Notices } from './notices';
import {
  childNodes,
  hasChildren,
  rootNodes,
  type Again,
  type MoreNode,
  type SampleNode,
  type SinceCheck,
  type TreeNode,
} from './treeNodes';
import { nodeTexts, shortArguments, type Telling } from './treeTexts';
import { PLAIN_LOOK, type TreeLook } from './treeLook';

/** The tree of stuck tasks: maps plain nodes to tree items, and keeps what was loaded and looked at again since the check. */
export class StuckTasksTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TreeNode | undefined>();
  private readonly lookChanged = new vscode.EventEmitter<TreeLook>();
  readonly onDidChangeLook = this.lookChanged.event;
  readonly onDidChangeTreeData = this.changed.event;
  private readonly loaded: LoadedRows;
  private readonly again = new Map<number, Again & { readonly sample?: RowDetails }>();
  private readonly parents = new Map<string, TreeNode>();
  private readonly subscription: vscode.Disposable;
  private shown: CheckResult | undefined;
  private wanted: TreeLook = PLAIN_LOOK;
  private cells: { readonly of: CheckResult; readonly byQueue: boolean; readonly cells: readonly Cell[] } | undefined;
  private around: Notices = { above: [], below: [] };

  constructor(
    private readonly checks: CheckStates,
    rows: Pick<ResultRows, 'page' | 'byId'>,
  ) {
    this.loaded = new LoadedRows(rows, () => checks.state.result);
    this.shown = checks.state.result;
    this.subscription = checks.onDidChange(({ result }) => {
      if (result === this.shown) return;
      const before = this.shown;
      this.shown = result;
      this.again.clear();
      this.parents.clear();
      const keeps = this.loaded.turn(before, result);
      this.changed.fire(undefined);
      if (keeps) void this.readAgain();
    });
  }

  get look(): TreeLook {
    return this.wanted;
  }

  /** Groups, sorts and filters anew. */
  set look(look: TreeLook) {
    this.wanted = look;
    this.parents.clear();
    this.changed.fire(undefined);
    this.lookChanged.fire(look);
  }

  /** What stands above and below the tasks. */
  set notices(notices: Notices) {
    if (JSON.stringify(notices) === JSON.stringify(this.around)) return;
    this.around = notices;
    this.changed.fire(undefined);
  }

  /** The tasks that the filter lets through; undefined where no result is shown. */
  get visibleCells(): readonly Cell[] | undefined {
    const { result } = this.checks.state;
    return result && filtered(this.cellsFor(result), this.wanted.filter);
  }

  getChildren(node?: TreeNode): TreeNode[] {
    const { result } = this.checks.state;
    if (!node) {
      const tasks = result ? rootNodes(result.diagnosis, this.cellsFor(result), this.inForce(result)) : [];
      return [...this.around.above, ...tasks, ...this.around.below];
    }
    if (node.kind === 'action') return [...(node.below ?? [])];
    if (!result) return [];
    const children = childNodes(node, result.diagnosis, this.since(result));
    for (const child of children) this.parents.set(child.id, node);
    return children;
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.parents.get(node.id);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const texts = nodeTexts(node, this.telling);
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(texts.label, hasChildren(node) ? Collapsed : None);
    item.id = node.id;
    item.description = texts.description;
    item.iconPath = new vscode.ThemeIcon(
      texts.icon,
      texts.color === undefined ? undefined : new vscode.ThemeColor(texts.color),
    );
    item.contextValue = texts.contextValue;
    item.accessibilityInformation = { label: texts.spoken };
    if (node.kind === 'more') {
      item.command = { command: COMMANDS.loadMore, title: 'Load More Samples', arguments: [node] };
      item.tooltip = 'Reads the next samples from the database.';
    } else if (node.kind === 'action') {
      if (node.command)
        item.command = {
          command: node.command.id,
          title: node.label,
          ...(node.command.arguments ? { arguments: [...node.command.arguments] } : {}),
        };
      item.tooltip = node.tooltip ?? texts.spoken;
    }
    return item;
  }

  /** Tooltips are made when they are asked for: thousands of items, a few hovers. */
  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    const { result } = this.checks.state;
    if (node.kind === 'evidence' || node.kind === 'reading') item.tooltip = nodeTexts(node, this.telling).spoken;
    else if (result && node.kind === 'sample') {
      const { sampleTooltip } = await import('./tooltips');
      const tooltip = new vscode.MarkdownString(`**Task ${String(node.sample.id)}**\n\n`);
      appendFields(tooltip, sampleTooltip(node, momentAt(result)));
      item.tooltip = tooltip.appendMarkdown('\nArguments\n').appendCodeblock(shortArguments(node.sample), 'json');
    } else if (result && (node.kind === 'type' || node.kind === 'outcome' || node.kind === 'group')) {
      const { branchTitle, branchTooltip } = await import('./tooltips');
      const title = branchTitle(node, nodeTexts(node, this.telling).label);
      const tooltip = new vscode.MarkdownString('**').appendText(title).appendMarkdown('**\n\n');
      appendFields(tooltip, branchTooltip(node, momentAt(result), result.diagnosis.generatedAt));
      item.tooltip = tooltip;
    }
    return item;
  }

  /** Loads the next page behind a "more…" item; a second click while it loads waits for the same page. @throws Problem */
  async loadMore({ owner }: MoreNode): Promise<void> {
    if (await this.loaded.more(owner)) this.changed.fire(owner);
  }

  /**
   * Shows a row as it was found when it was looked at again.
   * @param sample undefined when it is gone
   * @returns the node that shows it now; undefined when another check has ended meanwhile and it is shown no more
   */
  replace(node: SampleNode, sample: RowDetails | undefined): SampleNode | undefined {
    const { result } = this.checks.state;
    const owner = this.getParent(node);
    if (!result || (owner?.kind !== 'type' && owner?.kind !== 'outcome')) return undefined;
    if (result.diagnosis.generatedAt !== node.now) return undefined;
    const found = sample === undefined ? 'gone' : isStuck(sample, owner, result) ? 'stuck' : 'moved';
    this.again.set(node.sample.id, { at: new Date(), found, ...(sample ? { sample } : {}) });
    this.changed.fire(owner);
    return this.getChildren(owner).find((child): child is SampleNode => child.id === node.id);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
    this.lookChanged.dispose();
  }

  private get telling(): Telling {
    const { result } = this.checks.state;
    return { clock: ownClock, order: this.wanted.order, now: Date.parse(result?.diagnosis.generatedAt ?? '') };
  }

  /** Where queues are not known, the tree is grouped by type. */
  private inForce({ diagnosis }: CheckResult): TreeLook {
    const { grouping, filter } = this.wanted;
    const { checkExecution } = diagnosis.parameters;
    const isKnown = grouping === 'queue' ? knowsQueues(diagnosis) : grouping !== 'verdict' || checkExecution;
    const verdicts = checkExecution ? filter.verdicts : [];
    return { ...this.wanted, grouping: isKnown ? grouping : 'type', filter: { ...filter, verdicts } };
  }

  private cellsFor(result: CheckResult): readonly Cell[] {
    const byQueue = this.inForce(result).grouping === 'queue';
    if (this.cells?.of !== result || this.cells.byQueue !== byQueue) {
      const { diagnosis, judged } = result;
      this.cells = { of: result, byQueue, cells: byQueue ? cellsByQueue(diagnosis, judged) : cellsOf(diagnosis) };
    }
    return this.cells.cells;
  }

  private since(result: CheckResult): SinceCheck {
    return {
      look: this.inForce(result),
      pages: this.loaded.pages,
      outcomeOf: (id) => result.judged.outcomeOf(id),
      again: this.again,
    };
  }

  /** What was loaded before a refresh, as it is now; what cannot be read again stays as it was loaded. */
  private async readAgain(): Promise<void> {
    const isShown = await this.loaded.again().catch(() => false);
    if (isShown) this.changed.fire(undefined);
  }
}

export function ownClock(time: Date): string {
  return time.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
}

/** A moment by the user's own clock and zone, and how long before the check it was. */
function momentAt({ diagnosis }: CheckResult): (time: string) => string {
  const now = Date.parse(diagnosis.generatedAt);
  return (time) => {
    const at = Date.parse(time);
    const shown = new Date(at).toLocaleString(vscode.env.language, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    });
    return at > now ? shown : `${shown} (${ageOfHours((now - at) / 3_600_000)} before the check)`;
  };
}

/** Values come from the database: as text they can be no link, no image and no markup. */
function appendFields(tooltip: vscode.MarkdownString, fields: readonly (readonly [string, string])[]): void {
  for (const [name, value] of fields) {
    tooltip
      .appendMarkdown('- ')
      .appendText(name)
      .appendMarkdown(': ')
      .appendText(value.slice(0, 500))
      .appendMarkdown('\n');
  }
  // Text is appended with spaces that no line breaks at, so that long sentences broke within words.
  tooltip.value = tooltip.value.replace(/(?<=\S)(?<!&nbsp;)&nbsp;(?!&nbsp;)/g, ' ');
}
