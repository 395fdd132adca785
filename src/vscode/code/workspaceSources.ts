import * as vscode from 'vscode';
import { decodePython } from '../../python/encoding';
import { NOT_OURS } from '../../python/listed';
import type { CodePlace, SourceFiles } from '../../python/model';

/** `files.exclude` is left out too. */
const LEFT_OUT = `**/{${NOT_OURS.join(',')}}/**`;
/** Only what can be the path of a Python module: a `*` or a `{` of a row's text must not become a pattern. */
export const MODULE_PATH = /^[\p{L}\p{N}\p{M}_\-./]+$/u;
/** A longer file is not code that somebody wrote by hand. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * The Python files of the workspace, on this machine or wherever its folders are. A file is the text of its URI. Nothing is kept: every
 * question looks anew.
 */
export function workspaceSources(): SourceFiles {
  return {
    find: async (ending, signal) => (MODULE_PATH.test(ending) ? await findFiles(`**/${ending}`, LEFT_OUT, signal) : []),
    python: (signal) => findFiles('**/*.py', LEFT_OUT, signal),
    read,
    path: (file) => vscode.workspace.asRelativePath(vscode.Uri.parse(file, true)),
  };
}

/** Where a place is, for the editor. */
export function locationOf({ file, line, column }: CodePlace): vscode.Location {
  return new vscode.Location(vscode.Uri.parse(file, true), new vscode.Position(line, column));
}

/** Files of the workspace as texts of their URIs, in the order of its folders. @param without pattern of what is left out */
export async function findFiles(pattern: string, without: string, signal: AbortSignal): Promise<readonly string[]> {
  const stop = new vscode.CancellationTokenSource();
  const cancel = (): void => {
    stop.cancel();
  };
  signal.addEventListener('abort', cancel);
  try {
    const found = await vscode.workspace.findFiles(pattern, without, undefined, stop.token);
    return found.sort((a, b) => folderIndex(a) - folderIndex(b) || compare(a.path, b.path)).map(String);
  } finally {
    signal.removeEventListener('abort', cancel);
    stop.dispose();
  }
}

function folderIndex(uri: vscode.Uri): number {
  return vscode.workspace.getWorkspaceFolder(uri)?.index ?? Number.MAX_SAFE_INTEGER;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The text of an open editor counts, saved or not: lines must be those that the user sees. */
async function read(file: string): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === file);
  if (open) return open.getText();
  const uri = vscode.Uri.parse(file, true);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > MOST_BYTES) throw new RangeError('The file is too large to be read as code.');
  return decodePython(await vscode.workspace.fs.readFile(uri));
}
