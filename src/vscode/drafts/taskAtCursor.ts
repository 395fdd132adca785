import * as vscode from 'vscode';
import type { TaskFunction } from '../../python/model';
import type { WantedType } from './wantedTypes';

/**
 * The task in whose function the cursor of the Python editor in front stands. Without a check nothing else says which task is meant; its
 * module is then the path of its file.
 * @returns undefined where there is no such editor, or the cursor is in no task
 */
export async function taskAtCursor(): Promise<WantedType | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'python') return undefined;
  const { document, selection } = editor;
  const { tasksIn } = await import('../../python/tasks');
  const task = tasksIn(document.getText(), document.uri.toString())
    .filter((each) => holds(document, each, selection.active.line))
    .at(-1);
  return task && { ...nameOf(task, vscode.workspace.asRelativePath(document.uri, false)), undetermined: null };
}

/** Whether a line is one of a function's, its decorators included. */
function holds(document: vscode.TextDocument, { top, place }: TaskFunction, line: number): boolean {
  if (line < top.line) return false;
  const indent = document.lineAt(place.line).firstNonWhitespaceCharacterIndex;
  for (let at = place.line + 1; at <= line; at++) {
    const { text, firstNonWhitespaceCharacterIndex: own, isEmptyOrWhitespace } = document.lineAt(at);
    // A long list of parameters ends with a parenthesis as far left as the `def`.
    if (!isEmptyOrWhitespace && own <= indent && text[own] !== ')') return false;
  }
  return true;
}

function nameOf({ celeryName, functionName }: TaskFunction, path: string): Pick<WantedType, 'taskModule' | 'taskName'> {
  const dot = celeryName?.lastIndexOf('.') ?? -1;
  if (celeryName !== undefined && dot > 0)
    return { taskModule: celeryName.slice(0, dot), taskName: celeryName.slice(dot + 1) };
  const module = path.replace(/(?:\/__init__)?\.py$/, '');
  return { taskModule: module.replaceAll('/', '.'), taskName: functionName };
}
