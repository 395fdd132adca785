import * as vscode from 'vscode';

/** Asks where to save a file. @returns undefined when the user escaped */
export async function askWhereToSave(name: string, filters: Record<string, string[]>): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const start = folder ? { defaultUri: vscode.Uri.joinPath(folder.uri, name) } : {};
  return await vscode.window.showSaveDialog({ ...start, filters, title: 'Save' });
}

/**
 * Saves a text and offers to open the file.
 * @param what the subject of the message that the file was saved
 * @param open what its button does; the file is opened as text unless that is given
 * @throws Problem when it cannot be written
 */
export async function saveFile(
  target: vscode.Uri,
  text: string,
  what: string,
  open: (target: vscode.Uri) => unknown = (file) => vscode.window.showTextDocument(file),
): Promise<vscode.Uri> {
  if (target.scheme === 'file') {
    const { saveText } = await import('../../report/saveText');
    await saveText(target.fsPath, text, what);
  } else await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const shown = vscode.workspace.asRelativePath(target);
  void vscode.window.showInformationMessage(`${what} was saved to ${shown}.`, 'Open').then((chosen) => {
    if (chosen !== undefined) open(target);
  });
  return target;
}
