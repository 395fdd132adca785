import * as vscode from 'vscode';
import { Problem } from '../../base/problem';
import { showProblem } from '../problems/problems';
import { COMMANDS } from '../shared/contributions';
import type { ReportContent } from './reportContent';
import type { ReportPanels } from './reportPanels';

/** The reports, as a command needs them that is about one of them. */
export type ShownReports = Pick<ReportPanels, 'active' | 'latest'>;

/** What a command is about: the report that the user works with, else the latest one. @throws Problem when there is none */
export function shownReport({ active, latest }: ShownReports): ReportContent {
  const content = active ?? latest;
  if (!content)
    throw new Problem('not-configured', 'There is no result yet: run "Celery Tasks: Check Task Status" first.');
  return content;
}

/** Runs a job about a report. A failure is shown and not thrown at the caller. */
export async function guarded<T>(job: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await job();
  } catch (error) {
    showProblem(error, {
      'not-configured': { title: 'Check Task Status', run: () => vscode.commands.executeCommand(COMMANDS.check) },
    });
    return undefined;
  }
}
