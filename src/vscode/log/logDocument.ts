import * as vscode from 'vscode';
import { LOG_LANGUAGE, LOG_SCHEME } from '../shared/contributions';
import type { CheckStates } from '../checks/checkState';
import { LOG_URI_PATH, logOutline, type LogPart } from '../../report/logOutline';
import { logLine } from '../../report/logPlaces';
import type { LogPlace } from '../../report/panelMessages';
import { textLog, writeLog } from '../../report/textLog';
import { contentOfResult, type ReportContent } from '../report/reportContent';

/** The document of the latest result; its name is what package.json ties the language to. */
export const LOG_URI = vscode.Uri.from({ scheme: LOG_SCHEME, path: LOG_URI_PATH });

/** A document that was open already gets its new text a moment later. */
const NEW_TEXT_MS = 3000;

/** What verification found stands in the line of its sample. */
const SYMBOLS: Readonly<Partial<Record<LogPart['kind'], vscode.SymbolKind>>> = {
  section: vscode.SymbolKind.Namespace,
  summary: vscode.SymbolKind.String,
  task: vscode.SymbolKind.Function,
  status: vscode.SymbolKind.Enum,
  sample: vscode.SymbolKind.Object,
};

/** The diagnostic logs as read-only documents: one of the latest result, and one of each sample or saved report that is looked at. */
export class LogDocuments implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly others = new Map<string, ReportContent>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly checks: CheckStates) {
    let shown = checks.state.result;
    this.subscription = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(LOG_SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => {
          const content = this.contentOf(uri);
          return content ? textLog(content.diagnosis) : 'There is no result for this connection yet.\n';
        },
      }),
      checks.onDidChange(({ result }) => {
        if (result !== shown) this.changed.fire(LOG_URI);
        shown = result;
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.others.delete(uri.toString());
      }),
      registerOutline(),
    );
  }

  /** The report that the log document at `uri` shows. */
  contentOf(uri: vscode.Uri): ReportContent | undefined {
    if (uri.toString() !== LOG_URI.toString()) return this.others.get(uri.toString());
    const { result } = this.checks.state;
    return result && contentOfResult(result);
  }

  /** Opens the log of a report. @param place what the cursor goes to */
  async show(content: ReportContent, place?: LogPlace): Promise<void> {
    const uri = this.uriOf(content);
    const document = await vscode.workspace.openTextDocument(uri);
    const column = vscode.window.visibleTextEditors.find((each) => each.document === document)?.viewColumn;
    const editor = await vscode.window.showTextDocument(document, {
      preview: false,
      ...(place === undefined || column === undefined ? {} : { viewColumn: column }),
    });
    if (place === undefined) return;
    const log = writeLog(content.diagnosis);
    await becomes(document, log.text);
    const start = new vscode.Position(logLine(log.places, place), 0);
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.AtTop);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private uriOf(content: ReportContent): vscode.Uri {
    const { result } = this.checks.state;
    if (result && contentOfResult(result) === content) return LOG_URI;
    const uri = LOG_URI.with({ path: `/${content.origin}${LOG_URI_PATH}`, query: content.id });
    this.others.set(uri.toString(), content);
    return uri;
  }
}

/** Resolves when a document has this text, or has had time enough to get it. */
async function becomes(document: vscode.TextDocument, text: string): Promise<void> {
  if (document.getText() === text) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const timer = setTimeout(done, NEW_TEXT_MS);
    const listener = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document && document.getText() === text) done();
    });
  });
}

/** Folding and an outline for every log; saved copies get both too. */
function registerOutline(): vscode.Disposable {
  const outline = outlines();
  const selector = { language: LOG_LANGUAGE };
  return vscode.Disposable.from(
    vscode.languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: (document) => outline(document).flatMap(foldingRanges),
    }),
    vscode.languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: (document) => outline(document).flatMap((part) => symbols(part, document)),
    }),
  );
}

/** Folding and outline ask for the same text one after the other: it is read once for each version. */
function outlines(): (document: vscode.TextDocument) => LogPart[] {
  const known = new WeakMap<vscode.TextDocument, { version: number; parts: LogPart[] }>();
  return (document) => {
    const last = known.get(document);
    if (last?.version === document.version) return last.parts;
    const parts = logOutline(document.getText());
    known.set(document, { version: document.version, parts });
    return parts;
  };
}

function foldingRanges(part: LogPart): vscode.FoldingRange[] {
  const own = part.end > part.start ? [new vscode.FoldingRange(part.start, part.end)] : [];
  return [...own, ...part.children.flatMap(foldingRanges)];
}

function symbols(part: LogPart, document: vscode.TextDocument): vscode.DocumentSymbol[] {
  const kind = SYMBOLS[part.kind];
  if (kind === undefined) return [];
  const title = document.lineAt(part.start).range;
  const range = new vscode.Range(title.start, document.lineAt(part.end).range.end);
  const made = new vscode.DocumentSymbol(part.title || ' ', part.detail, kind, range, title);
  made.children = part.children.flatMap((child) => symbols(child, document));
  return [made];
}
