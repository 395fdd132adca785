import * as vscode from 'vscode';
import { sameServer, type ConnectionProfile } from '../../connect/profile';
import { count } from '../../base/numbers';
import type { FixScript } from '../../model/fix';
import { scriptName } from '../../fixes/scriptName';
import { hasStaleGuard, staleGuard } from '../../fixes/staleGuard';
import type { CheckResult, CheckStates } from '../checks/checkState';

/** The check that a script comes from. */
interface Origin {
  readonly profile: ConnectionProfile;
  readonly generatedAt: string;
  readonly language: FixScript['language'];
}

/**
 * The fix scripts that are open, as untitled documents: nothing is written, and nothing is run. When a newer check of the same connection
 * ends, each that names rows gets lines on top that say so and make it refuse; one that was saved is followed into its file's editor.
 */
export class FixDocuments implements vscode.Disposable {
  private readonly open = new Map<vscode.TextDocument, Origin>();
  /** Of documents that were closed, by their text: a document that is saved is closed, and its file opened. */
  private readonly saved = new Map<string, Origin>();
  private readonly subscription: vscode.Disposable;

  constructor(checks: CheckStates) {
    let shown = checks.state.result;
    this.subscription = vscode.Disposable.from(
      checks.onDidChange(({ result }) => {
        if (result && result !== shown) void this.outdate(result);
        shown = result;
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        this.follow(document);
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.follow(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        const origin = this.open.get(document);
        if (origin && document.isUntitled) this.remember(document, origin);
        this.open.delete(document);
      }),
    );
  }

  /** Opens a script and, beside it, what takes it back. */
  async show(
    script: FixScript,
    inverse: FixScript | undefined,
    { profile, diagnosis }: Pick<CheckResult, 'profile' | 'diagnosis'>,
  ): Promise<readonly vscode.TextDocument[]> {
    const documents: vscode.TextDocument[] = [];
    // One after the other: what is not shown soon after it was made, the editor opens by itself, in the group that is active then.
    for (const one of [script, inverse]) {
      if (!one) continue;
      const document = await makeDocument(one);
      if (one.rows > 0)
        this.open.set(document, { profile, generatedAt: diagnosis.generatedAt, language: one.language });
      documents.push(document);
      const beside = { preserveFocus: true, viewColumn: vscode.ViewColumn.Beside };
      const editor = await vscode.window.showTextDocument(document, {
        preview: false,
        ...(one === inverse ? beside : {}),
      });
      await closeElsewhere(editor);
    }
    return documents;
  }

  dispose(): void {
    this.subscription.dispose();
    this.open.clear();
    this.saved.clear();
  }

  private remember(document: vscode.TextDocument, origin: Origin): void {
    // Of the last few alone: their texts may be long.
    const [oldest] = this.saved.keys();
    if (this.saved.size >= MOST_SAVED && oldest !== undefined) this.saved.delete(oldest);
    this.saved.set(document.getText(), origin);
  }

  private follow(document: vscode.TextDocument): void {
    if (document.isUntitled || this.open.has(document)) return;
    const text = document.getText();
    const untitled = [...this.open].find(([open]) => open.isUntitled && open.getText() === text);
    const origin = this.saved.get(text) ?? untitled?.[1];
    if (!origin || text === '') return;
    this.open.set(document, origin);
    // The editor keeps what was saved for a while: an edit would bring it back as a tab.
    if (untitled) this.open.delete(untitled[0]);
  }

  private async outdate({ profile, diagnosis }: CheckResult): Promise<void> {
    const { generatedAt } = diagnosis;
    const edit = new vscode.WorkspaceEdit();
    let outdated = 0;
    for (const [document, origin] of this.open) {
      if (!sameServer(origin.profile, profile) || origin.generatedAt === generatedAt || document.isClosed) continue;
      if (hasStaleGuard(document.getText())) continue;
      edit.insert(document.uri, new vscode.Position(0, 0), staleGuard(origin.language, generatedAt));
      outdated++;
    }
    if (outdated === 0 || !(await vscode.workspace.applyEdit(edit))) return;
    void vscode.window.showWarningMessage(
      `${count(outdated, 'fix script')} ${outdated === 1 ? 'is' : 'are'} older than this check and will not run any more: generate ${outdated === 1 ? 'it' : 'them'} again.`,
    );
  }
}

const MOST_SAVED = 4;

/** A busy editor may have opened the document by itself before it was shown. Where two tabs show it, closing one asks for nothing. */
async function closeElsewhere({ document, viewColumn }: vscode.TextEditor): Promise<void> {
  const own = document.uri.toString();
  const tabs = vscode.window.tabGroups.all
    .filter((group) => group.viewColumn !== viewColumn)
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === own);
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
}

/**
 * An unsaved document with a name, which the tab shows and under which it would be saved. Without a folder there is no place for that: then
 * the editor names it by its first line.
 */
async function makeDocument(script: FixScript): Promise<vscode.TextDocument> {
  const { language, text } = script;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  for (let attempt = 1; folder && attempt <= MOST_NAMES; attempt++) {
    const file = vscode.Uri.joinPath(folder, scriptName(script, attempt));
    const uri = file.with({ scheme: 'untitled' });
    const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.path === uri.path);
    // The editor refuses the name of a file that is there.
    if (isOpen || (await exists(file))) continue;
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), text);
    await vscode.workspace.applyEdit(edit);
    if (document.languageId === language) return document;
    return await vscode.languages.setTextDocumentLanguage(document, language);
  }
  return await vscode.workspace.openTextDocument({ language, content: text });
}

/** Scripts of the same name that are looked for. */
const MOST_NAMES = 50;

async function exists(file: vscode.Uri): Promise<boolean> {
  return await vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}
