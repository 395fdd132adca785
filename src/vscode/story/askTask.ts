import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import { readTaskId, type AskedTask } from '../../model/story';
import { taskIdsIn } from '../../model/taskIdsIn';

const TITLE = 'Find Task';
/** A whole log line; more is no line. */
const LONGEST_SELECTION = 2000;

/** Asks for a task. @returns undefined when the user escaped */
export async function askTask(): Promise<AskedTask | undefined> {
  const text = await vscode.window.showInputBox({
    title: TITLE,
    prompt: 'Row id or Celery id, or a log line, Sentry URL or JSON snippet that contains one',
    placeHolder: '4711 or 4f0c5a0e-8a7d-4a53-9c2f-0d9b1f6d7c11',
    value: selectedLine(),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? undefined : whyNot(value)),
  });
  if (text === undefined || text.trim() === '') return undefined;
  return await chosenOf(candidates(text));
}

/** The task that a text means; asks where it may mean several. @throws Problem `invalid` where it means none */
export async function taskIn(text: string): Promise<AskedTask | undefined> {
  return await chosenOf(candidates(text));
}

/** @throws Problem `invalid` where there is none */
function candidates(text: string): readonly AskedTask[] {
  const found = taskIdsIn(text);
  // A Celery id that an application gave itself looks like any word.
  return found.length > 0 ? found : [readTaskId(text, 'The task')];
}

function whyNot(text: string): string | undefined {
  try {
    candidates(text);
    return undefined;
  } catch (error) {
    return toProblem(error).message;
  }
}

/** What is selected in the editor, where it holds an id. */
function selectedLine(): string {
  const editor = vscode.window.activeTextEditor;
  const text = editor?.document.getText(editor.selection).trim() ?? '';
  return text.length <= LONGEST_SELECTION && !/[\r\n]/.test(text) && taskIdsIn(text).length > 0 ? text : '';
}

async function chosenOf(found: readonly AskedTask[]): Promise<AskedTask | undefined> {
  if (found.length < 2) return found[0];
  const items = found.map((asked) => ({
    label: String(asked.id),
    description: asked.by === 'row' ? 'row id' : 'Celery id',
    asked,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'The text contains several ids: which task?',
  });
  return picked?.asked;
}
