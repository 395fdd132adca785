import * as vscode from 'vscode';
import { toProblem, type ProblemKind } from '../../base/problem';

/** One thing that the user can do about a problem. */
interface ProblemAction {
  readonly title: string;
  run(): unknown;
}

/** The action for each kind of problem; `any` is for all other kinds. */
export type ProblemActions = Partial<Record<ProblemKind | 'any', ProblemAction>>;

/**
 * Tells the user what went wrong, with the one action that fits. Shows nothing for a cancel: the user knows of it.
 * Does not wait for the answer: the command that failed has ended.
 */
export function showProblem(error: unknown, actions: ProblemActions = {}): void {
  const problem = toProblem(error);
  if (problem.kind === 'cancelled') return;
  const action = actions[problem.kind] ?? actions.any;
  const titles = action ? [action.title] : [];
  void vscode.window.showErrorMessage(problem.message, ...titles).then((chosen) => {
    if (chosen !== undefined) void action?.run();
  });
}
