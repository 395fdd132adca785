import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { githubRepositories } from '../../src/vscode/share/gitFolder';
import { closeReports } from './reportSupport';
import { check, extension } from './support';

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
const file = (path: string): vscode.Uri => vscode.Uri.joinPath(folder(), path);

async function write(path: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(file(path), new TextEncoder().encode(text));
}

describe('Sharing a report', () => {
  before(async () => {
    assert.ok(await check({ limit: 2 }));
  });
  after(async () => {
    await closeReports();
    for (const path of ['shared', '.git'])
      await vscode.workspace.fs.delete(file(path), { recursive: true }).then(undefined, () => undefined);
  });

  it('copies Markdown that names the version of the extension', async () => {
    const text = await vscode.commands.executeCommand<string>('celeryTasks.copyMarkdown');
    const { version } = vscode.extensions.getExtension('celery-task-diagnostics.celery-task-diagnostics')!
      .packageJSON as {
      version: string;
    };
    assert.ok(text.includes(`Made with Celery Task Diagnostics ${version}`));
  });

  it('writes the report as one HTML file, from the files of the extension', async () => {
    const target = file('shared/report.html');
    await vscode.commands.executeCommand('celeryTasks.exportHtml', target);
    const html = readFileSync(target.fsPath, 'utf8');
    const { diagnosis } = (await extension()).state().result!;
    assert.ok(html.includes('id="diagnosis"') && html.includes(diagnosis.generatedAt));
    assert.doesNotMatch(html, /<(link|script[^>]* src)/);
  });

  it('writes the task types as a table', async () => {
    const target = file('shared/types.csv');
    await vscode.commands.executeCommand('celeryTasks.exportCsv', 'types', target);
    const { diagnosis } = (await extension()).state().result!;
    const lines = readFileSync(target.fsPath, 'utf8').trimEnd().split('\r\n');
    assert.equal(lines.length, diagnosis.taskTypes.length + 1);
  });

  it('finds the repository on GitHub from files alone: of a folder, of one below it, and of a worktree', async () => {
    assert.deepEqual(await githubRepositories([file('breathecode')]), []);
    await write('.git/config', '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n');
    const shop = [{ owner: 'acme', name: 'shop' }];
    assert.deepEqual(await githubRepositories([folder(), file('breathecode')]), shop);
    await write('shared/tree/.git', `gitdir: ${file('.git/worktrees/tree').fsPath}\n`);
    await write('.git/worktrees/tree/commondir', '../..\n');
    assert.deepEqual(await githubRepositories([file('shared/tree')]), shop);
    await write('shared/tree/.git', 'gitdir: ../nowhere\n');
    assert.deepEqual(await githubRepositories([file('shared/tree')]), []);
  });
});
