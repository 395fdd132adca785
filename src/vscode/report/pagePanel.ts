import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { foreignWords } from '../../base/foreignWords';
import type { FromPage, ToPage } from '../../report/panelMessages';
import { readMessage } from '../../report/readMessage';
import { reportHtml, type PageHost } from '../../report/reportHtml';
import type { Output } from '../shared/output';
import { pageFiles, pageOptions } from './reportPage';

/** What a panel needs of the editor. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly output: Output;
}

interface PanelLook {
  readonly viewType: string;
  readonly title: string;
  readonly column: vscode.ViewColumn;
  readonly page: NonNullable<PageHost['page']>;
  /** Which page it is, in a sentence: `of a task`. */
  readonly of: string;
}

/** A panel with a page that shows one state, whole, each time that changes. */
export abstract class PagePanel {
  readonly panel: vscode.WebviewPanel;
  private readonly sentEmitter = new vscode.EventEmitter<ToPage>();
  /** Every message to the page, for tests. */
  readonly onDidSend = this.sentEmitter.event;
  private listening = false;

  protected constructor(
    private readonly host: PanelParts,
    private readonly look: PanelLook,
  ) {
    const { extensionUri } = host;
    this.panel = vscode.window.createWebviewPanel(look.viewType, look.title, look.column, pageOptions(extensionUri));
    const { webview } = this.panel;
    this.panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    webview.onDidReceiveMessage((message: unknown) => {
      this.receive(message);
    });
    this.panel.onDidChangeViewState(() => {
      if (!this.panel.visible) this.listening = false;
    });
    this.panel.onDidDispose(() => {
      this.listening = false;
      this.sentEmitter.dispose();
    });
    webview.html = reportHtml({
      nonce: randomBytes(24).toString('hex'),
      cspSource: webview.cspSource,
      ...pageFiles(webview, extensionUri),
      page: look.page,
    });
  }

  /** What the page is told when it listens, and whenever that changes. */
  protected abstract message(): ToPage;

  /** Does what the page asks for. @returns whether it may ask for that */
  protected abstract take(message: FromPage): boolean;

  /** Whether the page has said that it listens. */
  get ready(): boolean {
    return this.listening;
  }

  /** Takes what the page says, or what anything else put into its place. */
  receive(value: unknown): void {
    const message = readMessage(value);
    if (message?.type === 'ready') {
      this.listening = true;
      this.send(this.message());
    } else if (message?.type === 'copy') this.copy(message.text, message.request);
    else if (!message || !this.take(message))
      this.host.output.warn(`The page ${this.look.of} said something that is no message of its own.`);
  }

  protected changed(): void {
    if (this.listening) this.send(this.message());
  }

  private copy(text: string, request: number): void {
    vscode.env.clipboard.writeText(text).then(
      () => {
        this.send({ type: 'copied', request });
      },
      (error: unknown) => {
        this.host.output.warn(`The clipboard did not take the text (${foreignWords(error)}).`);
      },
    );
  }

  private send(message: ToPage): void {
    void this.panel.webview.postMessage(message);
    this.sentEmitter.fire(message);
  }
}
