import * as vscode from 'vscode';
import type { TestAnswer } from './testConnection';

/**
 * Tells what a test of a connection found. Where commands for the server belong to it, they are shown below that, each on a line, and can be
 * copied.
 */
export async function showTest(name: string, answers: readonly TestAnswer[]): Promise<void> {
  const commands = [...new Set(answers.flatMap((answer) => answer.commands ?? []))];
  if (commands.length === 0) {
    void vscode.window.showInformationMessage(`${name}: ${sentences(answers)}`);
    return;
  }
  const failed = answers.some(({ problem }) => problem);
  const detail = [...answers.map(({ says }) => says), commands.join('\n')].join('\n\n');
  const [show, title] = failed
    ? [vscode.window.showWarningMessage, `"${name}" can't be read completely.`]
    : [vscode.window.showInformationMessage, `"${name}" can be read.`];
  const copy = commands.length === 1 ? 'Copy Command' : 'Copy Commands';
  const chosen = await show(title, { modal: true, detail }, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(`${commands.join('\n')}\n`);
}

/** What a test found, as one text. */
export function sentences(answers: readonly TestAnswer[]): string {
  return answers.map(({ says }) => says).join(' ');
}
