import * as vscode from 'vscode';
import { lacksBroker } from '../../connect/addedBroker';
import { brokerLine } from '../../connect/env/brokerLine';
import { isBroken, type ProfileEntry } from '../../connect/profile';
import type { SourceFiles } from '../../python/model';
import type { Connections } from './connections';
import { brokerFileOf } from './envFiles';
import { projectBroker } from './projectBroker';

/**
 * Opens the `.env` of a connection where its broker belongs. Where no line is there for it, one is added as an edit that the person saves
 * or takes back.
 * @param asked the connection; by default the one in use
 * @returns whether there is such a file
 */
export async function openEnvFile(
  connections: Connections,
  sources: SourceFiles,
  asked?: ProfileEntry,
): Promise<boolean> {
  const entry = asked ?? (await connections.current().catch(() => undefined));
  const file = await brokerFileOf(entry);
  if (!file) {
    void vscode.window.showInformationMessage('This workspace has no .env file.');
    return false;
  }
  const editor = await vscode.window.showTextDocument(file);
  const missing = entry !== undefined && !isBroken(entry) && (lacksBroker(entry) || entry.addedBroker === true);
  if (!missing) return true;
  await goToBroker(editor);
  const hint = await projectBroker(entry, sources);
  if (hint) void vscode.window.showInformationMessage(`Celery's broker: ${hint.says}`);
  return true;
}

async function goToBroker(editor: vscode.TextEditor): Promise<void> {
  const { document } = editor;
  const { line, character, insert } = brokerLine(document.getText());
  if (insert !== undefined) {
    const atEnd = line >= document.lineCount;
    const place = atEnd ? document.lineAt(document.lineCount - 1).range.end : new vscode.Position(line, 0);
    // The edit may be refused: the file is read-only.
    await editor.edit((edit) => {
      edit.insert(place, atEnd ? `\n${insert}` : `${insert}\n`);
    });
  }
  const cursor = document.validatePosition(new vscode.Position(line, character));
  editor.selection = new vscode.Selection(cursor, cursor);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
