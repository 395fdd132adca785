import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { foreignWords } from '../../base/foreignWords';
import type { ToPage } from '../../report/panelMessages';
import { readMessage } from '../../report/readMessage';
import { reportHtml } from '../../report/reportHtml';
import type { StoryAction, StoryState } from '../../report/storyMessages';
import { pageFiles, pageOptions } from '../report/reportPage';
import { STORY_PANEL } from '../shared/contributions';
import type { Output } from '../shared/output';

interface Parts {
  readonly extensionUri: vscode.Uri;
  readonly output: Output;
  readonly act: (action: StoryAction, panel: StoryPanel) => void;
}

/** One panel with the story of one task in it. */
export class StoryPanel {
  readonly panel: vscode.WebviewPanel;
  private readonly sentEmitter = new vscode.EventEmitter<ToPage>();
  /** Every message to the page, for tests. */
  readonly onDidSend = this.sentEmitter.event;
  private listening = false;

  constructor(
    private readonly parts: Parts,
    private current: StoryState,
  ) {
    const { extensionUri } = parts;
    this.panel = vscode.window.createWebviewPanel(STORY_PANEL, titleOf(current), vscode.ViewColumn.Active, {
      ...pageOptions(extensionUri),
      enableFindWidget: true,
    });
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
      page: 'story',
    });
  }

  get state(): StoryState {
    return this.current;
  }

  /** Whether the page has said that it listens. */
  get ready(): boolean {
    return this.listening;
  }

  update(change: Partial<StoryState>): void {
    this.current = { ...this.current, ...change };
    this.panel.title = titleOf(this.current);
    if (this.listening) this.send({ type: 'story', state: this.current });
  }

  /** Takes what the page says, or what anything else put into its place. */
  receive(value: unknown): void {
    const message = readMessage(value);
    if (message?.type === 'ready') {
      this.listening = true;
      this.send({ type: 'story', state: this.current });
    } else if (message?.type === 'storyDo') this.parts.act(message.action, this);
    else if (message?.type === 'copy') this.copy(message.text, message.request);
    else this.parts.output.warn('The page of a task said something that is no message of its own.');
  }

  private copy(text: string, request: number): void {
    vscode.env.clipboard.writeText(text).then(
      () => {
        this.send({ type: 'copied', request });
      },
      (error: unknown) => {
        this.parts.output.warn(`The clipboard did not take the text (${foreignWords(error)}).`);
      },
    );
  }

  private send(message: ToPage): void {
    void this.panel.webview.postMessage(message);
    this.sentEmitter.fire(message);
  }
}

function titleOf({ story: { task, asked } }: StoryState): string {
  return `Task ${task ? String(task.id) : asked.id.slice(0, 8)}`;
}
