import * as vscode from 'vscode';
import { COMMANDS } from '../shared/contributions';
import { taskTypeName, type RowDetails } from '../../model/diagnosis';
import type { CheckStates } from '../checks/checkState';
import type { ResultRows } from '../checks/resultRows';
import { oneLine, pythonTime } from '../../report/format';
import {
  childNodes,
  hasChildren,
  lastShown,
  rootNodes,
  type Again,
  type MoreNode,
  type SampleNode,
  type SinceCheck,
  type TreeNode,
  type TypeNode,
} from './treeNodes';
import { number } from '../../base/numbers';
import { nodeTexts, outcomeFields, sampleFields, shortArguments, sizeText, verdictFields } from './treeTexts';

/** One pass over the table a page: worth a good number of rows. */
const PAGE_SIZE = 100;

/** The tree of stuck tasks: maps plain nodes to tree items, and keeps what was loaded and looked at again since the check. */
export class StuckTasksTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly pages = new Map<string, { samples: readonly RowDetails[]; complete: boolean }>();
  private readonly again = new Map<number, Again & { readonly sample?: RowDetails }>();
  private readonly parents = new Map<string, TreeNode>();
  private readonly loading = new Map<string, Promise<void>>();
  private readonly subscription: vscode.Disposable;
  private shown: unknown;

  constructor(
    private readonly checks: CheckStates,
    private readonly rows: Pick<ResultRows, 'page'>,
  ) {
    this.subscription = checks.onDidChange((state) => {
      if (state.result === this.shown) return;
      this.shown = state.result;
      this.pages.clear();
      this.again.clear();
      this.parents.clear();
      this.loading.clear();
      this.changed.fire(undefined);
    });
  }

  getChildren(node?: TreeNode): TreeNode[] {
    const diagnosis = this.checks.state.result?.diagnosis;
    if (!diagnosis) return [];
    if (!node) return rootNodes(diagnosis);
    const children = childNodes(node, diagnosis, this.since());
    for (const child of children) this.parents.set(child.id, node);
    return children;
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.parents.get(node.id);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const texts = nodeTexts(node, ownClock);
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
    }
    return item;
  }

  /** Tooltips are made when they are asked for: thousands of items, a few hovers. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === 'sample') item.tooltip = sampleTooltip(node);
    else if (node.kind === 'type') item.tooltip = typeTooltip(node);
    else if (node.kind === 'evidence' || node.kind === 'reading') item.tooltip = nodeTexts(node, ownClock).spoken;
    return item;
  }

  /** Loads the next page behind a "more…" item; a second click while it loads waits for the same page. @throws Problem */
  async loadMore({ owner }: MoreNode): Promise<void> {
    const loading = this.loading.get(owner.id) ?? this.loadPage(owner);
    this.loading.set(owner.id, loading);
    try {
      await loading;
    } finally {
      if (this.loading.get(owner.id) === loading) this.loading.delete(owner.id);
    }
  }

  /**
   * Shows a row as it was found when it was looked at again.
   * @param sample undefined when it is gone
   * @returns the node that shows it now; undefined when another check has ended meanwhile and it is shown no more
   */
  replace(node: SampleNode, sample: RowDetails | undefined): SampleNode | undefined {
    const diagnosis = this.checks.state.result?.diagnosis;
    const owner = this.getParent(node);
    if (owner?.kind !== 'type' || diagnosis?.generatedAt !== node.now) return undefined;
    const found = foundNow(sample, owner, diagnosis.parameters.olderThan);
    this.again.set(node.sample.id, { at: new Date(), found, ...(sample ? { sample } : {}) });
    this.changed.fire(owner);
    return this.getChildren(owner).find((child): child is SampleNode => child.id === node.id);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private since(): SinceCheck {
    const judged = this.checks.state.result?.judged;
    return { pages: this.pages, outcomeOf: (id) => judged?.outcomeOf(id), again: this.again };
  }

  private async loadPage(owner: TypeNode): Promise<void> {
    const last = lastShown(owner, this.pages);
    const before = this.checks.state.result;
    const samples = await this.rows.page({
      type: owner.type,
      statuses: owner.statuses,
      size: PAGE_SIZE,
      ...(last ? { after: { lastRun: last.lastRun, id: last.id } } : {}),
    });
    // A check that ended meanwhile has other samples: these belong to none of them.
    if (this.checks.state.result !== before) return;
    const loaded = this.pages.get(owner.id)?.samples ?? [];
    this.pages.set(owner.id, { samples: [...loaded, ...samples], complete: samples.length < PAGE_SIZE });
    this.changed.fire(owner);
  }
}

function ownClock(time: Date): string {
  return time.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
}

/** Whether a row is still stuck by the question of the check. */
function foundNow(sample: RowDetails | undefined, { statuses }: TypeNode, olderThan: string): Again['found'] {
  if (!sample) return 'gone';
  const stuck = statuses.includes(sample.status) && Date.parse(sample.lastRun) <= Date.parse(olderThan);
  return stuck ? 'stuck' : 'moved';
}

function sampleTooltip(node: SampleNode): vscode.MarkdownString {
  const { sample } = node;
  const tooltip = new vscode.MarkdownString().appendMarkdown(`**Task ${String(sample.id)}**\n\n`);
  appendFields(tooltip, [...outcomeFields(node, ownClock), ...sampleFields(sample)]);
  return tooltip.appendCodeblock(shortArguments(sample), 'json');
}

function typeTooltip({ type }: TypeNode): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString()
    .appendMarkdown('**')
    .appendText(oneLine(taskTypeName(type)))
    .appendMarkdown('**\n\n');
  appendFields(tooltip, [
    ['Stuck', sizeText(type.count, type.maxHoursStuck)],
    ...verdictFields(type),
    ['Oldest last run', pythonTime(type.oldestLastRun)],
    ['Newest last run', pythonTime(type.newestLastRun)],
    ...Object.entries(type.byStatus).map(([status, rows]) => [oneLine(status), number(rows)] as const),
  ]);
  return tooltip;
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
}
