import * as vscode from 'vscode';
import { escapeUnsafe } from '../../base/unsafeText';
import type { DraftReason, RuleDraft } from '../../model/ruleTest';
import type { TypeId } from '../../model/taskType';
import { openAt } from '../code/pickPlace';
import { taskPlaces } from '../code/taskSource';
import { workspaceSources } from '../code/workspaceSources';
import { whenSlow } from '../shared/whenSlow';

/**
 * Opens the code that a draft is shown beside: the function of its task, else what the draft comes from.
 * @returns whether there is any
 */
export async function openSourceBeside(type: TypeId, draft: RuleDraft | undefined): Promise<boolean> {
  const { places } = await whenSlow(`Looking for ${escapeUnsafe(type.taskName)}`, (signal) =>
    taskPlaces(workspaceSources(), type, signal),
  ).catch(() => ({ places: [] }));
  const [place] = places;
  if (place) {
    await openAt(place.location, true);
    return true;
  }
  const reason = draft?.why.find(({ file }) => file !== undefined);
  const location = reason && (await locationOf(reason));
  if (!location) return false;
  await openAt(location, true);
  return true;
}

/** Opens the line that a part of a draft comes from, beside the draft. */
export async function openReason(reason: DraftReason): Promise<void> {
  const location = await locationOf(reason);
  if (!location) {
    void vscode.window.showWarningMessage(`${escapeUnsafe(reason.file ?? '')} is no longer in the workspace.`);
    return;
  }
  const { uri, range } = location;
  const selection = new vscode.Range(range.start, range.start);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { selection, viewColumn: vscode.ViewColumn.One });
}

/** A file is written from the workspace on: with the folder's name in front where there are several folders. */
async function locationOf({ file, line = 1 }: DraftReason): Promise<vscode.Location | undefined> {
  if (file === undefined) return undefined;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = folders.flatMap((folder) => [
    ...(file.startsWith(`${folder.name}/`)
      ? [vscode.Uri.joinPath(folder.uri, file.slice(folder.name.length + 1))]
      : []),
    vscode.Uri.joinPath(folder.uri, file),
  ]);
  for (const uri of candidates)
    if (vscode.workspace.getWorkspaceFolder(uri) && (await isThere(uri)))
      return new vscode.Location(uri, new vscode.Position(Math.max(0, line - 1), 0));
  return undefined;
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  return await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
