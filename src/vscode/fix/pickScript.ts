import * as vscode from 'vscode';
import { count } from '../../base/numbers';
import type { FixPlan, FixScript } from '../../model/fix';

interface ScriptItem extends vscode.QuickPickItem {
  readonly script?: FixScript;
}

const DETAILS: Readonly<Partial<Record<FixScript['kind'], string>>> = {
  sql: 'One transaction that ends in ROLLBACK. The undo script opens beside it.',
  django: 'Dry run until you set APPLY = True. The undo script opens beside it.',
  dispatch: 'Dry run until you set APPLY = True. A task that did run would run twice: review it first.',
  cure: 'Prevents recurrence. Opens as a document.',
  index: 'Makes checks faster; no task depends on it. Opens as a document.',
};

/**
 * Lets the user choose among the scripts; what is refused is listed below with its reason.
 * @returns undefined when there is nothing to choose, or the user escaped
 */
export async function pickScript(title: string, { scripts, refused }: FixPlan): Promise<FixScript | undefined> {
  // What takes a script back opens beside it.
  const offered = scripts.filter(({ kind }) => !kind.startsWith('inverse'));
  const items: ScriptItem[] = [
    ...offered.map((script) => ({
      label: `$(${script.rows === 0 ? 'lightbulb' : 'file-code'}) ${script.title}`,
      detail: DETAILS[script.kind] ?? '',
      script,
    })),
    ...(refused.length > 0 ? [{ label: 'No script', kind: vscode.QuickPickItemKind.Separator }] : []),
    ...refused.map(({ verdict, rows, why }) => ({
      label: `$(circle-slash) ${verdict}: ${count(rows, 'row')}`,
      detail: why,
    })),
  ];
  if (items.length === 0) {
    void vscode.window.showInformationMessage('There is nothing to generate: these rows have moved since the check.');
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder:
      offered.length === 0
        ? 'There is no script for these rows, and this is why'
        : 'Opens a document to read. Nothing is run.',
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked?.script;
}
