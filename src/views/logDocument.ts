import * as vscode from 'vscode';
import { LOG_LANGUAGE, LOG_SCHEME } from '../contributions';
import type { Checks } from '../editor/checks';
import { LOG_URI_PATH } from '../report/logName';
import { logOutline, type LogPart } from '../report/logOutline';
import { textLog } from '../report/textLog';

/** One document, always of the latest result; its name is what package.json ties the language to. */
export const LOG_URI = vscode.Uri.from({ scheme: LOG_SCHEME, path: LOG_URI_PATH });

const SYMBOLS: Readonly<Record<LogPart['kind'], vscode.SymbolKind>> = {
  section: vscode.SymbolKind.Namespace,
  task: vscode.SymbolKind.Function,
  status: vscode.SymbolKind.Enum,
  sample: vscode.SymbolKind.Object,
  verification: vscode.SymbolKind.Event,
};

/** Registers the diagnostic log as a read-only document with folding and an outline; saved copies get both too. */
export function registerLogDocument(checks: Checks): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let shown = checks.state.result;
  const provider: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: () => {
      const diagnosis = checks.state.result?.diagnosis;
      return diagnosis ? textLog(diagnosis) : 'There is no result for this connection yet.\n';
    },
  };
  const outline = outlines();
  const selector = { language: LOG_LANGUAGE };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(LOG_SCHEME, provider),
    checks.onDidChange(({ result }) => {
      if (result !== shown) changed.fire(LOG_URI);
      shown = result;
    }),
    vscode.languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: (document) => outline(document).flatMap(foldingRanges),
    }),
    vscode.languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: (document) => outline(document).map((part) => symbol(part, document)),
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

function symbol(part: LogPart, document: vscode.TextDocument): vscode.DocumentSymbol {
  const title = document.lineAt(part.start).range;
  const range = new vscode.Range(title.start, document.lineAt(part.end).range.end);
  const made = new vscode.DocumentSymbol(part.title || ' ', part.detail, SYMBOLS[part.kind], range, title);
  made.children = part.children.map((child) => symbol(child, document));
  return made;
}
