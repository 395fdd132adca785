import * as vscode from 'vscode';
import { foreignWords } from '../../base/foreignWords';
import { Problem, type ProblemKind } from '../../base/problem';

/** One thing a person can do about a problem. */
export interface ProblemAction {
  readonly title: string;
  run(): unknown;
}

export function toProblem(error: unknown): Problem {
  return error instanceof Problem
    ? error
    : new Problem('unknown', `Something unexpected failed (${foreignWords(error)}).`, { cause: error });
}

/**
 * Tells a person what went wrong, with the one action that fits. A cancel is no news to the one who cancelled.
 * Does not wait for the answer: the command that failed has ended.
 */
export function showProblem(error: unknown, actions: Partial<Record<ProblemKind | 'any', ProblemAction>> = {}): void {
  const problem = toProblem(error);
  if (problem.kind === 'cancelled') return;
  const action = actions[problem.kind] ?? actions.any;
  const titles = action ? [action.title] : [];
  void vscode.window.showErrorMessage(problem.message, ...titles).then((chosen) => {
    if (chosen !== undefined) void action?.run();
  });
}
