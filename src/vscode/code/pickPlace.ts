import * as vscode from 'vscode';

/** A place in the code that a user can choose. */
export interface PlaceItem extends vscode.QuickPickItem {
  readonly location: vscode.Location;
}

/** `tasks.py` and where that is, with the line as editors count it. */
export function placeItem(label: string, location: vscode.Location, detail?: string): PlaceItem {
  const path = vscode.workspace.asRelativePath(location.uri);
  return {
    label,
    description: `${path}:${String(location.range.start.line + 1)}`,
    ...(detail === undefined ? {} : { detail }),
    location,
  };
}

/**
 * Lets the user choose a place; the marked one is shown behind the list, as the editor does for symbols.
 * @returns undefined when the user escaped; then the editor is as it was
 */
export async function pickPlace(
  title: string,
  placeHolder: string,
  items: readonly PlaceItem[],
): Promise<vscode.Location | undefined> {
  const before = vscode.window.activeTextEditor;
  const selection = before?.selection;
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
    onDidSelectItem: (item) => {
      void openAt((item as PlaceItem).location, true);
    },
  });
  if (picked) return picked.location;
  if (before && selection) await vscode.window.showTextDocument(before.document, { selection, ...columnOf(before) });
  return undefined;
}

/** Opens a file at a place. @param looking it is only looked at: the keyboard stays where it is */
export async function openAt({ uri, range }: vscode.Location, looking = false): Promise<void> {
  const selection = new vscode.Range(range.start, range.start);
  await vscode.window.showTextDocument(uri, { selection, preview: looking, preserveFocus: looking });
}

function columnOf({ viewColumn }: vscode.TextEditor): { readonly viewColumn?: vscode.ViewColumn } {
  return viewColumn === undefined ? {} : { viewColumn };
}
