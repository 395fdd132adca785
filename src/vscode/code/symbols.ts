import * as vscode from 'vscode';
import { identifier } from '../../python/identifiers';
import type { TaskNamed } from '../../python/model';

/** Longer than a language server needs that has read the workspace; one that has not is not waited for. */
const PATIENCE_MS = 400;
const FUNCTIONS: readonly vscode.SymbolKind[] = [
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Class,
];

/**
 * Where the language servers know this task's function: in the file that its module names and nowhere else.
 * @returns nothing where there is no server, or none that answers soon
 */
export async function functionSymbols({ taskModule, taskName }: TaskNamed): Promise<readonly vscode.Location[]> {
  const asked = Promise.resolve(
    vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
      'vscode.executeWorkspaceSymbolProvider',
      taskName,
    ),
  ).catch(() => undefined);
  const symbols = (await soon(asked)) ?? [];
  const ends = moduleEndings(taskModule);
  const found = symbols.filter(
    ({ name, kind, location }) =>
      // Pylance writes `name()`.
      identifier(name.replace(/\(\)$/, '')) === identifier(taskName) &&
      FUNCTIONS.includes(kind) &&
      ends.some((end) => identifier(location.uri.path).endsWith(end)) &&
      vscode.workspace.getWorkspaceFolder(location.uri) !== undefined,
  );
  return found.map(({ location }) => location);
}

/** How the path of a module's file can end. */
export function moduleEndings(taskModule: string): readonly string[] {
  const path = `/${identifier(taskModule).replaceAll('.', '/')}`;
  return [`${path}.py`, `${path}/__init__.py`];
}

async function soon<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tired = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, tired]);
  } finally {
    clearTimeout(timer);
  }
}
