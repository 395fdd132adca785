import * as vscode from 'vscode';
import { sameServer, type ConnectionProfile } from '../../connect/profile';
import { count } from '../../base/numbers';
import type { FixScript } from '../../model/fix';
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
    for (const one of [script, inverse]) {
      if (!one) continue;
      const document = await vscode.workspace.openTextDocument({ language: one.language, content: titled(one) });
      if (one.kind !== 'cure')
        this.open.set(document, { profile, generatedAt: diagnosis.generatedAt, language: one.language });
      documents.push(document);
    }
    const [first, second] = documents;
    if (!first) return [];
    await vscode.window.showTextDocument(first, { preview: false });
    if (second)
      await vscode.window.showTextDocument(second, {
        preview: false,
        preserveFocus: true,
        viewColumn: vscode.ViewColumn.Beside,
      });
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

const COMMENTS: Readonly<Partial<Record<FixScript['language'], string>>> = { sql: '--', python: '#' };

/** The editor calls a document that has no name by its first line; the language before the colon it shows anyway. */
function titled({ language, title, text }: FixScript): string {
  const comment = COMMENTS[language];
  const name = title.slice(title.indexOf(': ') + 1).trim();
  return comment === undefined ? text : `${comment} ${name}\n${text}`;
}
