import * as vscode from 'vscode';
import { COMMANDS, SECTION, SETTINGS } from '../shared/contributions';
import { taskTypeName, type TaskType } from '../../model/diagnosis';
import { isUndetermined } from '../../model/verdict';
import type { CheckStates } from '../checks/checkState';
import { codeLensSetting } from '../shared/settings';
import type { TaskFunction } from '../../python/model';
import { lensText, typeOf } from './lensTexts';

const PYTHON: vscode.DocumentSelector = { language: 'python' };

/**
 * Says over each task function how many of its tasks are stuck, as the latest check found it. Reads the text of the open document and
 * nothing else; no server is contacted, and before the first check there is nothing.
 */
export function registerTaskLenses(checks: CheckStates): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const functionsOf = remembering();
  let shown = checks.state.result;
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: async (document) => {
      const { result } = checks.state;
      if (!result || !codeLensSetting() || result.diagnosis.taskTypes.length === 0) return [];
      const checked = moment(result.finishedAt);
      const { taskTypes } = result.diagnosis;
      return (await functionsOf(document)).flatMap((task) => {
        const type = typeOf(task, document.uri.path, taskTypes);
        return type ? lenses(task, type, checked) : [];
      });
    },
  };
  return vscode.Disposable.from(
    changed,
    vscode.languages.registerCodeLensProvider(PYTHON, provider),
    checks.onDidChange(({ result }) => {
      if (result !== shown) changed.fire();
      shown = result;
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.${SETTINGS.codeLens}`)) changed.fire();
    }),
  );
}

/** How many are stuck and, where some of them are undetermined, the way to a rule that may decide them. */
function lenses({ top }: TaskFunction, type: TaskType, checked: string): vscode.CodeLens[] {
  const { taskModule, taskName } = type;
  const range = new vscode.Range(top.line, top.column, top.line, top.column);
  const id = { taskModule, taskName };
  const stuck = new vscode.CodeLens(range, {
    title: lensText(type, checked),
    tooltip: `Open the report at ${taskTypeName(type)}`,
    command: COMMANDS.showTypeInReport,
    arguments: [id],
  });
  if (!isUndetermined(type.outcomes)) return [stuck];
  const draft = new vscode.CodeLens(range, {
    title: 'Draft Effect Rule…',
    tooltip: 'Some of these tasks are undetermined. A rule for what the task leaves in the database may decide them.',
    command: COMMANDS.draftEffectRule,
    arguments: [id],
  });
  return [stuck, draft];
}

/** Scrolling asks again and again for the same text. */
function remembering(): (document: vscode.TextDocument) => Promise<readonly TaskFunction[]> {
  const known = new WeakMap<vscode.TextDocument, { version: number; tasks: readonly TaskFunction[] }>();
  return async (document) => {
    const last = known.get(document);
    if (last?.version === document.version) return last.tasks;
    const { tasksIn } = await import('../../python/tasks');
    const tasks = tasksIn(document.getText(), document.uri.toString());
    known.set(document, { version: document.version, tasks });
    return tasks;
  };
}

/** The time alone where it was today. */
function moment(time: Date): string {
  const clock = time.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
  if (time.toDateString() === new Date().toDateString()) return clock;
  return `${time.toLocaleDateString(vscode.env.language)} ${clock}`;
}
