import * as vscode from 'vscode';

/**
 * The text of a file as the user sees it: what an editor holds unsaved, else what is on disk. An editor that was closed keeps its text for a
 * while, also of a file that is gone.
 * @throws vscode.FileSystemError where it cannot be read
 */
export async function fileText(file: vscode.Uri): Promise<string> {
  const unsaved = vscode.workspace.textDocuments.find(
    ({ uri, isDirty }) => isDirty && uri.toString() === file.toString(),
  );
  return unsaved ? unsaved.getText() : new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
}
