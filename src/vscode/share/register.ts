import * as vscode from 'vscode';
import type { CheckStates } from '../checks/checkState';
import { contentOfResult, type ReportContent } from '../report/reportContent';
import type { ReportPanels } from '../report/reportPanels';
import { guarded, shownReport } from '../report/shownReport';
import { COMMANDS } from '../shared/contributions';
import type { JudgedRows } from '../../model/judgedRows';
import { copyMarkdown, exportCsv, exportHtml, exportJson, type CsvOf } from './exports';

interface Parts {
  readonly checks: CheckStates;
  readonly reports: ReportPanels;
  readonly extensionUri: vscode.Uri;
  /** Of this extension. */
  readonly version: string;
}

/** Registers what passes a report on: to the clipboard, to files, to an issue. Each command gives what it wrote, or undefined. */
export function registerShare({ checks, reports, extensionUri, version }: Parts): vscode.Disposable {
  const register = (command: string, job: (...given: unknown[]) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(command, (...given: unknown[]) => guarded(() => job(...given)));
  const shown = (): ReportContent => shownReport(reports);
  return vscode.Disposable.from(
    register(COMMANDS.share, async () => {
      shown();
      const command = await askHow();
      return command === undefined ? undefined : await vscode.commands.executeCommand(command);
    }),
    register(COMMANDS.copyMarkdown, () => copyMarkdown(shown(), version)),
    register(COMMANDS.createIssue, async () => {
      // Before anything is opened.
      shown();
      const { createIssue } = await import('./createIssue');
      return await createIssue(shown, version);
    }),
    register(COMMANDS.exportHtml, (file) => exportHtml(shown(), extensionUri, uriOf(file))),
    register(COMMANDS.exportCsv, (of, file) =>
      exportCsv(shown(), judgedOf(checks, shown()), csvOf(of), csvOf(of) && uriOf(file)),
    ),
    register(COMMANDS.exportJson, () => exportJson(shown())),
    reports.onDidAsk(({ action, page: { content } }) => {
      if (!content) return;
      if (action === 'exportJson') void guarded(() => exportJson(content));
      if (action === 'copyMarkdown') void guarded(() => copyMarkdown(content, version));
      if (action === 'share') void vscode.commands.executeCommand(COMMANDS.share);
    }),
  );
}

/** Every row of the check that a report shows; undefined where it is of no check of this window. */
function judgedOf({ state: { result } }: CheckStates, content: ReportContent): JudgedRows | undefined {
  return result && contentOfResult(result) === content ? result.judged : undefined;
}

function csvOf(value: unknown): CsvOf | undefined {
  return value === 'types' || value === 'rows' ? value : undefined;
}

/** A menu of the editor gives the Uri of what is open there, which must not be written over: only a file is meant that ends so. */
function uriOf(value: unknown): vscode.Uri | undefined {
  return value instanceof vscode.Uri && /\.(html|csv)$/.test(value.path) ? value : undefined;
}

async function askHow(): Promise<string | undefined> {
  const items = [
    {
      label: '$(markdown) Copy as Markdown',
      detail: 'For an issue or a chat: without arguments, ids, and names of servers.',
      command: COMMANDS.copyMarkdown,
    },
    {
      label: '$(github) Create GitHub Issue…',
      detail: "The same text in an issue of the workspace's repository. You see it first.",
      command: COMMANDS.createIssue,
    },
    {
      label: '$(browser) Export as HTML…',
      detail: 'One file that any browser opens, with samples and names of servers.',
      command: COMMANDS.exportHtml,
    },
    {
      label: '$(table) Export as CSV…',
      detail: 'Task types or tasks, for a spreadsheet.',
      command: COMMANDS.exportCsv,
    },
    {
      label: '$(json) Export as JSON…',
      detail: 'Everything, for programs. Open Saved Report opens it again.',
      command: COMMANDS.exportJson,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: 'Share Report', placeHolder: 'How?' });
  return picked?.command;
}
