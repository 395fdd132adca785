import * as vscode from 'vscode';
import { count, number } from '../../base/numbers';
import { Problem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { taskTypeName, type Diagnosis } from '../../model/diagnosis';
import { undeterminedTypes, type WantedType } from './wantedTypes';

/**
 * Lets the user choose among the undetermined types of a check: all of them, or one.
 * @returns undefined when the user escaped
 * @throws Problem where there is none
 */
export async function pickTypes(diagnosis: Diagnosis): Promise<WantedType[] | undefined> {
  const types = undeterminedTypes(diagnosis);
  const [only, another] = types;
  if (!only)
    throw new Problem(
      'invalid',
      diagnosis.parameters.checkExecution
        ? 'No task is undetermined, so no rule is needed.'
        : 'The latest check did not verify what happened to the tasks: run Check with Verification first.',
    );
  if (!another) return [only];
  const sum = types.reduce((all, { undetermined }) => all + (undetermined ?? 0), 0);
  const items = [
    { label: `All ${number(types.length)} task types`, description: `${number(sum)} undetermined`, types },
    ...types.map((type) => ({
      label: escapeUnsafe(type.taskName),
      description: `${number(type.undetermined ?? 0)} undetermined`,
      detail: escapeUnsafe(taskTypeName(type)),
      types: [type],
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Draft Effect Rules',
    placeHolder: `For which of ${count(types.length, 'task type')}?`,
    matchOnDetail: true,
    // The page of drafts may take the focus while it is drawn anew.
    ignoreFocusOut: true,
  });
  return picked?.types;
}
