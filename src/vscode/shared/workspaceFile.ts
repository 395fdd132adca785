import * as path from 'node:path';
import * as vscode from 'vscode';

/**
 * The file that a setting names, relative to the first folder.
 * @returns undefined when there is no folder, or the path leads outside the workspace: a setting must not reach just anywhere
 */
export function workspaceFile(setting: string): vscode.Uri | undefined {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) return undefined;
  // A habit from tasks.json, where the editor itself puts the folder in.
  const relative = setting.replace(/^\$\{workspaceFolder\}[\\/]?/, '');
  const target = path.isAbsolute(relative) ? absolute(folder, relative) : vscode.Uri.joinPath(folder, relative);
  return vscode.workspace.getWorkspaceFolder(target) ? target : undefined;
}

/** Windows paths (`C:\\logs\\tasks.log`) become URIs only as files; `..` in them is resolved, so that it cannot leave. */
function absolute(folder: vscode.Uri, setting: string): vscode.Uri {
  return folder.scheme === 'file'
    ? vscode.Uri.file(path.normalize(setting))
    : folder.with({ path: path.posix.normalize(setting) });
}
