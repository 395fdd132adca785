import * as vscode from 'vscode';
import { CONTEXT, OTHER_REPORT_PANEL, REPORT_PANEL } from '../shared/contributions';
import type { TaskType } from '../../model/diagnosis';
import type { CheckState, CheckStates } from '../checks/checkState';
import type { ConnectionProfile } from '../../connect/profile';
import type { Connections } from '../connections/connections';
import type { ReportStore } from './persistedReport';
import type { Output } from '../shared/output';
import type { SharedFilter } from '../shared/sharedFilter';
import type { DraftsWanted, FixRows, LogPlace, PageAction } from '../../report/panelMessages';
import { contentOf, contentOfResult, type ReportContent } from './reportContent';
import { pageOptions, ReportPage, type PageOwner } from './reportPage';
import { panelState, type Surroundings } from './reportState';

const TITLE = 'Celery Task Report';
/** A step can take minutes without a word: the time in the report goes on. */
const TICK_MS = 1000;

interface Parts {
  readonly extensionUri: vscode.Uri;
  readonly checks: CheckStates;
  readonly connections: Connections;
  readonly output: Output;
  readonly kept: ReportStore;
}

/** The report of this window's checks, which comes back after a restart, and beside it any number of samples and saved reports. */
export class ReportPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly asked = new vscode.EventEmitter<{ readonly action: PageAction; readonly page: ReportPage }>();
  private readonly askedLog = new vscode.EventEmitter<{ readonly content: ReportContent; readonly place?: LogPlace }>();
  /** A button of a page was pressed. */
  readonly onDidAsk = this.asked.event;
  readonly onDidAskLog = this.askedLog.event;
  private readonly askedSource = new vscode.EventEmitter<TaskType>();
  readonly onDidAskSource = this.askedSource.event;
  private readonly askedFix = new vscode.EventEmitter<{ readonly content: ReportContent; readonly rows: FixRows }>();
  readonly onDidAskFix = this.askedFix.event;
  private readonly askedDrafts = new vscode.EventEmitter<{
    readonly content: ReportContent;
    readonly about: DraftsWanted;
  }>();
  /** Effect rules are to be drafted. */
  readonly onDidAskDrafts = this.askedDrafts.event;
  private readonly visibility = new vscode.EventEmitter<void>();
  /** The report that follows the checks came into sight, or went out of it. */
  readonly onDidChangeVisibility = this.visibility.event;
  private readonly askedHours = new vscode.EventEmitter<{ readonly hours: number; readonly page: ReportPage }>();
  /** The same check is wanted once more, of all tasks that are at least so old. */
  readonly onDidAskHours = this.askedHours.event;
  private readonly filteredEmitter = new vscode.EventEmitter<SharedFilter>();
  /** The user narrowed the report that follows the checks. */
  readonly onDidFilter = this.filteredEmitter.event;
  private page: ReportPage | undefined;
  /** What was kept over a restart, until there is a result. */
  private restored: ReportContent | undefined;
  /** By what they show: a file's URI, or the sample. */
  private readonly others = new Map<string, { page: ReportPage; content: ReportContent }>();
  private readonly subscription: vscode.Disposable;
  private configured: boolean;
  /** What the next check would use. */
  private next: ConnectionProfile | undefined;
  private shown: CheckState;
  private closing = false;
  private turn = 0;

  constructor(private readonly parts: Parts) {
    const { checks, connections } = parts;
    this.shown = checks.state;
    this.configured = checks.state.result !== undefined;
    const ticker = setInterval(() => {
      if (checks.state.running) this.page?.update();
    }, TICK_MS);
    this.subscription = vscode.Disposable.from(
      this.asked,
      this.askedLog,
      this.askedSource,
      this.askedFix,
      this.askedDrafts,
      this.visibility,
      this.askedHours,
      this.filteredEmitter,
      checks.onDidChange((state) => {
        this.follow(state);
      }),
      connections.onDidChange(() => {
        void this.lookUp();
        void this.forgetOther();
      }),
      vscode.window.registerWebviewPanelSerializer(REPORT_PANEL, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        // A tab that came back after a restart and was closed before it was ever looked at.
        // One that was only moved is there still.
        if (closed.some(isReportTab)) this.sweep();
      }),
      new vscode.Disposable(() => {
        clearInterval(ticker);
      }),
    );
  }

  /** The page of the report that follows the checks, while it is open. */
  get main(): ReportPage | undefined {
    return this.page;
  }

  /** Whether the report that follows the checks is in sight. */
  get visible(): boolean {
    return this.page?.panel.visible === true;
  }

  /** Pages of samples and saved reports. */
  get otherPages(): readonly ReportPage[] {
    return [...this.others.values()].map(({ page }) => page);
  }

  get isConfigured(): boolean {
    return this.configured;
  }

  /** What the report that follows the checks shows: also while it is closed. */
  get latest(): ReportContent | undefined {
    const { result } = this.parts.checks.state;
    return result ? contentOfResult(result) : this.restored;
  }

  /** The content of the report that the user works with. */
  get active(): ReportContent | undefined {
    return [this.page, ...this.otherPages].find((page) => page?.panel.active)?.content;
  }

  /** Asks for the log of a report. */
  askLog(content: ReportContent, place?: LogPlace): void {
    this.askedLog.fire({ content, ...(place ? { place } : {}) });
  }

  /** Opens the report, or brings it forward. */
  show(preserveFocus = false): ReportPage {
    if (this.page) {
      this.page.panel.reveal(undefined, preserveFocus);
      return this.page;
    }
    return this.adopt(this.create(REPORT_PANEL, TITLE, preserveFocus));
  }

  /**
   * Opens a report beside the one of the checks, or brings it forward with what it shows now.
   * @param key the same for the same sample or file
   */
  showOther(key: string, title: string, content: ReportContent): ReportPage {
    const open = this.others.get(key);
    if (open) {
      this.others.set(key, { page: open.page, content });
      open.page.panel.reveal();
      open.page.update();
      return open.page;
    }
    const panel = this.create(OTHER_REPORT_PANEL, title, false);
    const owner = this.owner(() => this.others.get(key)?.content ?? content, false);
    const page = new ReportPage(panel, owner);
    this.others.set(key, { page, content });
    panel.onDidDispose(() => {
      this.others.delete(key);
    });
    void this.lookUp();
    return page;
  }

  /** VS Code calls this for a panel that was open before a restart. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.page) {
      panel.dispose();
      return;
    }
    // Before anything is waited for: the panel may be closed, and the report opened, meanwhile.
    const page = this.adopt(panel);
    const kept = await this.parts.kept.load();
    if (this.main !== page || !kept || this.parts.checks.state.result) return;
    const { diagnosis, ...about } = kept;
    this.restored = contentOf('saved', diagnosis, about);
    page.update();
  }

  /** Deletes what was kept for a tab that is no longer there. */
  sweep(): void {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    if (!this.page && !tabs.some(isReportTab)) this.forget();
  }

  /** The window closes: from here on, the user did not close the panels that go. @returns when what is kept is written */
  async close(): Promise<void> {
    this.closing = true;
    await this.parts.kept.flush();
  }

  dispose(): void {
    this.closing = true;
    this.subscription.dispose();
  }

  private create(type: string, title: string, preserveFocus: boolean): vscode.WebviewPanel {
    // Who types goes on typing: not in a file that the report lies over.
    const beside = preserveFocus && vscode.window.activeTextEditor !== undefined;
    const viewColumn = beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    return vscode.window.createWebviewPanel(
      type,
      title,
      { viewColumn, preserveFocus },
      pageOptions(this.parts.extensionUri),
    );
  }

  /** Makes a panel the one that follows the checks. */
  private adopt(panel: vscode.WebviewPanel): ReportPage {
    const page = new ReportPage(
      panel,
      this.owner(() => this.latest, true),
    );
    this.page = page;
    void vscode.commands.executeCommand('setContext', CONTEXT.reportSeen, true);
    panel.title = TITLE;
    panel.onDidChangeViewState(() => {
      this.visibility.fire();
    });
    panel.onDidDispose(() => {
      if (this.page !== page) return;
      this.page = undefined;
      this.visibility.fire();
      this.restored = undefined;
      this.forget();
    });
    const { result } = this.parts.checks.state;
    if (result) this.parts.kept.save(contentOfResult(result));
    this.visibility.fire();
    void this.lookUp();
    return page;
  }

  /** Narrows the open report that follows the checks as the tree is narrowed; opens none. */
  followFilter(filter: SharedFilter): void {
    this.page?.follow(filter);
  }

  private owner(content: () => ReportContent | undefined, live: boolean): PageOwner {
    const { extensionUri, output } = this.parts;
    return {
      extensionUri,
      output,
      content,
      state: () => panelState(content(), this.surroundings(), live),
      act: (action, page) => {
        this.asked.fire({ action, page });
      },
      checkHours: (hours, page) => {
        this.askedHours.fire({ hours, page });
      },
      filtered: (filter) => {
        if (live) this.filteredEmitter.fire(filter);
      },
      openLogAt: (shown, place) => {
        this.askedLog.fire({ content: shown, place });
      },
      goToSource: (type) => {
        this.askedSource.fire(type);
      },
      fixScript: (shown, rows) => {
        this.askedFix.fire({ content: shown, rows });
      },
      draftRules: (shown, about) => {
        this.askedDrafts.fire({ content: shown, about });
      },
    };
  }

  private surroundings(): Surroundings {
    return {
      check: this.parts.checks.state,
      now: performance.now(),
      configured: this.configured,
      next: this.next,
      trusted: vscode.workspace.isTrusted,
    };
  }

  private follow(state: CheckState): void {
    const before = this.shown;
    this.shown = state;
    if (state.result) this.restored = undefined;
    // Beginning and end are said at once; how far it is, now and then.
    const turned = !state.running !== !before.running || state.problem !== before.problem;
    this.page?.update(turned);
    if (!this.page || state.result === before.result) return;
    // Without one, another connection was chosen: what was found on the one before is gone from every view.
    if (state.result) this.parts.kept.save(contentOfResult(state.result));
    else this.forget();
  }

  private forget(): void {
    if (!this.closing) this.parts.kept.remove();
  }

  /** Another connection was chosen: what was kept of the one before is gone, as what was found on it would be. */
  private async forgetOther(): Promise<void> {
    const { restored } = this;
    const profile = await this.parts.connections.current().catch(() => undefined);
    if (!restored || this.restored !== restored || !profile || profile.name === restored.connection) return;
    this.restored = undefined;
    this.forget();
    this.page?.update(true);
  }

  private async lookUp(): Promise<void> {
    const turn = ++this.turn;
    const pages = [this.page, ...this.otherPages].filter((page) => page !== undefined);
    if (pages.length === 0) return;
    const configured = (await this.parts.connections.list()).length > 0;
    const next = await this.parts.connections.current().catch(() => undefined);
    // A later look has the later answer.
    if (turn !== this.turn) return;
    this.configured = configured;
    this.next = next;
    for (const page of pages) page.update(true);
  }
}

function isReportTab({ input }: vscode.Tab): boolean {
  // The editor puts a word of its own before the view type.
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(REPORT_PANEL);
}
