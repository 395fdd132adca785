import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { foreignWords } from '../../base/foreignWords';
import type { TaskType } from '../../model/diagnosis';
import type { Output } from '../shared/output';
import {
  headText,
  type DraftsWanted,
  type FixRows,
  type FromPage,
  type LogPlace,
  type PageAction,
  type PanelState,
  type ReportSection,
  type ToPage,
  type WantedFilter,
} from '../../report/panelMessages';
import { readMessage } from '../../report/readMessage';
import { reportHtml } from '../../report/reportHtml';
import type { ReportContent } from './reportContent';
import type { SharedFilter } from '../shared/sharedFilter';
import { Throttle } from '../shared/throttle';

/** About five times a second: more is not seen, and 2,000 task types say 2,000 times where a check is. */
const STATE_INTERVAL_MS = 200;

/** A place of the page that something outside of it leads to. */
type Wanted =
  | { readonly type: 'showType'; readonly taskType: number }
  | { readonly type: 'filter'; readonly filter: WantedFilter; readonly quiet?: true }
  | { readonly type: 'showSection'; readonly section: ReportSection };

/** What a page shows and whom it tells. */
export interface PageOwner {
  readonly extensionUri: vscode.Uri;
  readonly output: Output;
  content(): ReportContent | undefined;
  state(): PanelState;
  act(action: PageAction, page: ReportPage): unknown;
  checkHours(hours: number, page: ReportPage): unknown;
  filtered(filter: SharedFilter): unknown;
  openLogAt(content: ReportContent, place: LogPlace): unknown;
  goToSource(type: TaskType): unknown;
  fixScript(content: ReportContent, rows: FixRows): unknown;
  draftRules(content: ReportContent, about: DraftsWanted): unknown;
}

/** The folder that a page may load from. */
function filesOf(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist');
}

/** The addresses of the page's script and styles. */
export function pageFiles(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
): { readonly scriptUri: string; readonly styleUri: string } {
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(filesOf(extensionUri), name)).toString();
  return { scriptUri: file('report.js'), styleUri: file('report.css') };
}

export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewPanelOptions & vscode.WebviewOptions {
  return { enableScripts: true, enableFindWidget: true, localResourceRoots: [filesOf(extensionUri)] };
}

/** One panel with the report in it: gives the page its document and its Diagnosis, and does what its buttons ask for. */
export class ReportPage implements vscode.Disposable {
  private readonly sentEmitter = new vscode.EventEmitter<ToPage>();
  /** Every message to the page, for tests. */
  readonly onDidSend = this.sentEmitter.event;
  /** Whether the page listens: not before it said so, and not while it is hidden, because it is away then. */
  private listening = false;
  private sentId: string | undefined;
  private disposed = false;
  /** Where to go when the page listens. */
  private wanted: Wanted | undefined;
  private readonly dropped = new Set<string>();
  private readonly state = new Throttle(() => {
    this.send({ type: 'state', state: this.owner.state() });
  }, STATE_INTERVAL_MS);

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly owner: PageOwner,
  ) {
    const { webview } = panel;
    const { extensionUri } = owner;
    webview.options = pageOptions(extensionUri);
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    webview.onDidReceiveMessage((message: unknown) => {
      this.receive(message);
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.listening = false;
    });
    panel.onDidDispose(() => {
      this.dispose();
    });
    webview.html = reportHtml({
      nonce: randomBytes(24).toString('hex'),
      cspSource: webview.cspSource,
      ...pageFiles(webview, extensionUri),
    });
  }

  get ready(): boolean {
    return this.listening;
  }

  get content(): ReportContent | undefined {
    return this.owner.content();
  }

  /** Something around the report changed; another Diagnosis goes out at once. */
  update(now = false): void {
    if (!this.listening) return;
    const changed = this.owner.content()?.id !== this.sentId;
    if (now || changed) this.state.now();
    else this.state.call();
    if (changed) this.sendDiagnosis();
  }

  /** Opens a task type of what is shown, and brings it into view: at once, or when the page is there. */
  showType(taskType: number): void {
    this.goTo({ type: 'showType', taskType });
  }

  /** Narrows the page to some tasks, in the same way. */
  filter(filter: WantedFilter): void {
    this.goTo({ type: 'filter', filter });
  }

  /** Narrows the page where it stands, if it is there already. */
  follow(filter: SharedFilter): void {
    const { text, verdict } = filter;
    if (this.listening)
      this.goTo({ type: 'filter', filter: verdict === null ? { text } : { text, verdict }, quiet: true });
  }

  /** Brings a part of the page into view, in the same way. */
  showSection(section: ReportSection): void {
    this.goTo({ type: 'showSection', section });
  }

  /** Takes what the page says, or what anything else put into its place. */
  receive(value: unknown): void {
    const message = readMessage(value);
    if (message) this.take(message);
    else this.drop('not a message of the report');
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.listening = false;
    this.state.stop();
    this.sentEmitter.dispose();
  }

  private take(message: FromPage): void {
    switch (message.type) {
      case 'ready':
        this.listening = true;
        this.state.now();
        this.sendDiagnosis();
        this.sendWanted();
        return;
      case 'do':
        this.owner.act(message.action, this);
        return;
      case 'checkHours':
        this.owner.checkHours(message.hours, this);
        return;
      case 'filtered':
        this.owner.filtered({ text: message.text, verdict: message.verdict });
        return;
      case 'storyDo':
      case 'draftDo':
      case 'draftPlace':
        this.drop('of another page');
        return;
      case 'samples': {
        // Of a Diagnosis that is gone: the page has the next one by now, and asks again.
        const content = this.shown(message.diagnosis);
        if (content) this.sendSamples(message.request, content.diagnosis.taskTypes[message.taskType]);
        return;
      }
      case 'copy':
        vscode.env.clipboard.writeText(message.text).then(
          () => {
            this.send({ type: 'copied', request: message.request });
          },
          (error: unknown) => {
            this.owner.output.warn(`The clipboard did not take the text (${foreignWords(error)}).`);
          },
        );
        return;
      case 'openLogAt': {
        const content = this.shown(message.diagnosis);
        if (content) this.owner.openLogAt(content, message.place);
        return;
      }
      case 'goToSource': {
        const type = this.shown(message.diagnosis)?.diagnosis.taskTypes[message.taskType];
        if (type) this.owner.goToSource(type);
        return;
      }
      case 'fixScript': {
        const content = this.shown(message.diagnosis);
        if (content) this.owner.fixScript(content, message.rows);
        return;
      }
      case 'draftRules': {
        const content = this.shown(message.diagnosis);
        if (content) this.owner.draftRules(content, message.about);
      }
    }
  }

  private sendDiagnosis(): void {
    const content = this.owner.content();
    this.sentId = content?.id;
    this.send({
      type: 'diagnosis',
      id: content?.id ?? '',
      head: content ? headText(content.diagnosis) : null,
    });
  }

  private sendWanted(): void {
    const { wanted } = this;
    if (wanted === undefined || this.sentId === undefined) return;
    this.send(wanted.type === 'showSection' ? wanted : { ...wanted, diagnosis: this.sentId });
    this.wanted = undefined;
  }

  private goTo(wanted: Wanted): void {
    this.wanted = wanted;
    if (this.listening) this.sendWanted();
  }

  private sendSamples(request: number, type: TaskType | undefined): void {
    if (type) this.send({ type: 'samples', request, samples: type.samples, examples: type.examples ?? [] });
    else this.drop('samples of a task type that is not shown');
  }

  /** What is shown, if that is still what the page means. */
  private shown(id: string): ReportContent | undefined {
    const content = this.owner.content();
    return content?.id === id ? content : undefined;
  }

  private send(message: ToPage): void {
    if (this.disposed || !this.listening) return;
    void this.panel.webview.postMessage(message);
    this.sentEmitter.fire(message);
  }

  /** Once for each kind: a page that repeats itself must not fill the log. */
  private drop(why: string): void {
    if (this.dropped.has(why)) return;
    this.dropped.add(why);
    this.owner.output.warn(`The report's page sent something that was dropped: ${why}.`);
  }
}
