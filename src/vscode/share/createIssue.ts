import * as vscode from 'vscode';
import { redact } from '../../base/redact';
import { newIssue, type GithubRepository } from '../../report/githubIssue';
import type { ReportContent } from '../report/reportContent';
import { copyMarkdown, markdownOf } from './exports';
import { githubRepositories } from './gitFolder';

/** What the person has seen, and may have changed, before anything leaves the editor. */
let preview: vscode.TextDocument | undefined;

/**
 * Shows the text of an issue for the workspace's own repository, and opens GitHub's page for it when the person says so. Nothing is sent:
 * there the person reads it again and presses the button.
 * @returns the address that was opened; undefined where there is no repository, or the person went no further
 */
export async function createIssue(content: () => ReportContent, version: string): Promise<string | undefined> {
  const repository = await chooseRepository();
  if (repository === 'escaped') return undefined;
  if (!repository) {
    const copy = 'Copy Report as Markdown';
    const answer = await vscode.window.showInformationMessage(
      'This workspace has no repository on GitHub: no .git/config whose remote "origin" is on github.com. Copy the report as Markdown instead.',
      copy,
    );
    if (answer === copy) await copyMarkdown(content(), version);
    return undefined;
  }
  const document = await shownPreview(content, version);
  const create = `Create Issue on ${repository.owner}/${repository.name}`;
  const answer = await vscode.window.showInformationMessage(
    'This is the text of the issue: read it, and change what you like. Anyone who can read the repository will be able to read it.',
    create,
    'Copy',
  );
  if (answer === undefined) return undefined;
  const text = redact(document.getText());
  if (answer === 'Copy') {
    await vscode.env.clipboard.writeText(text);
    return undefined;
  }
  const { url, paste } = newIssue(repository, text);
  if (paste) {
    await vscode.env.clipboard.writeText(text);
    void vscode.window.showInformationMessage(
      'The report is too long for an address, so it is on the clipboard: paste it into the issue.',
    );
  }
  await open(url);
  return url;
}

/** Asked again over the preview, it goes on with what is there. */
async function shownPreview(content: () => ReportContent, version: string): Promise<vscode.TextDocument> {
  if (preview && !preview.isClosed && vscode.window.activeTextEditor?.document === preview) return preview;
  preview = await vscode.workspace.openTextDocument({
    language: 'markdown',
    content: await markdownOf(content(), version),
  });
  await vscode.window.showTextDocument(preview, { preview: false });
  return preview;
}

async function chooseRepository(): Promise<GithubRepository | 'escaped' | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const found = await githubRepositories(folders);
  const [only, another] = found;
  if (!another) return only;
  const items = found.map((repository) => ({ label: `${repository.owner}/${repository.name}`, repository }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Create GitHub Issue',
    placeHolder: 'In which repository?',
  });
  return picked?.repository ?? 'escaped';
}

/** As text, which the editor passes on as it is: a Uri's `&` and `=` would come out encoded (microsoft/vscode#85930). */
async function open(url: string): Promise<void> {
  await vscode.env.openExternal(url as unknown as vscode.Uri);
}
