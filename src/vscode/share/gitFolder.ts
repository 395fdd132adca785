import * as vscode from 'vscode';
import { originOnGithub, type GithubRepository } from '../../report/githubIssue';

/** Folders of a workspace are seldom deeper in their repository. */
const MOST_PARENTS = 20;

/** The repositories on github.com that the folders of the workspace belong to, each once. Reads `.git/config`, and runs nothing. */
export async function githubRepositories(folders: readonly vscode.Uri[]): Promise<GithubRepository[]> {
  const found = new Map<string, GithubRepository>();
  for (const folder of folders) {
    const config = await configOf(folder);
    const repository = config === undefined ? undefined : originOnGithub(config);
    if (repository) found.set(`${repository.owner}/${repository.name}`.toLowerCase(), repository);
  }
  return [...found.values()];
}

/** The configuration of the repository that a folder is in: its own, or that of a folder above. */
async function configOf(folder: vscode.Uri): Promise<string | undefined> {
  let at = folder;
  for (let step = 0; step < MOST_PARENTS; step++) {
    const git = vscode.Uri.joinPath(at, '.git');
    const kind = await vscode.workspace.fs.stat(git).then(
      ({ type }) => type,
      () => undefined,
    );
    if (kind !== undefined)
      return (kind & vscode.FileType.Directory) === 0 ? await configBehind(at, git) : await text(git, 'config');
    const parent = vscode.Uri.joinPath(at, '..');
    if (parent.path === at.path) return undefined;
    at = parent;
  }
  return undefined;
}

/** In a worktree or a submodule `.git` is a file that names the folder; a worktree's has no configuration of its own (gitrepository-layout(5)). */
async function configBehind(folder: vscode.Uri, file: vscode.Uri): Promise<string | undefined> {
  const named = /^gitdir: (.+)$/m.exec((await text(file)) ?? '')?.[1]?.trim();
  if (named === undefined) return undefined;
  const gitFolder = below(folder, named);
  const own = await text(gitFolder, 'config');
  if (own !== undefined) return own;
  const common = (await text(gitFolder, 'commondir'))?.trim();
  return common === undefined ? undefined : await text(below(gitFolder, common), 'config');
}

function below(folder: vscode.Uri, path: string): vscode.Uri {
  return /^([a-z]:)?[\\/]/i.test(path)
    ? folder.scheme === 'file'
      ? vscode.Uri.file(path)
      : folder.with({ path })
    : vscode.Uri.joinPath(folder, path);
}

/** A configuration is some kilobytes; what is larger is none. */
const MOST_BYTES = 1024 * 1024;

async function text(folder: vscode.Uri, name?: string): Promise<string | undefined> {
  const file = name === undefined ? folder : vscode.Uri.joinPath(folder, name);
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MOST_BYTES) return undefined;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}
