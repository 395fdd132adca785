import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { count, number } from '../../base/numbers';
import { Problem } from '../../base/problem';
import type { JudgedRows } from '../../model/judgedRows';
import { askWhereToSave, saveFile } from '../shared/saveFile';
import type { ReportContent } from '../report/reportContent';

/** Puts a report for a public tracker on the clipboard, and returns it. */
export async function copyMarkdown(content: ReportContent, version: string): Promise<string> {
  const text = await markdownOf(content, version);
  await vscode.env.clipboard.writeText(text);
  void vscode.window.showInformationMessage(
    'The report was copied as Markdown, without arguments and without names of hosts, databases and connections.',
  );
  return text;
}

/** A report for a public tracker: no arguments, no rows, no names of hosts, databases and connections. */
export async function markdownOf({ diagnosis, connection }: ReportContent, version: string): Promise<string> {
  const { markdown } = await import('../../report/markdown');
  return markdown(diagnosis, connection, version);
}

/** Writes a Diagnosis where the user says. @returns undefined when the user escaped */
export async function exportJson({ diagnosis }: ReportContent): Promise<vscode.Uri | undefined> {
  const { diagnosisJson } = await import('../../report/diagnosisJson');
  const json = diagnosisJson(diagnosis);
  const target = await askWhereToSave('celery-task-diagnosis.json', { JSON: ['json'] });
  return target && (await saveFile(target, json, 'The JSON'));
}

/** What a table can have a line for. */
export type CsvOf = 'types' | 'rows';

/**
 * Writes task types or rows as a table where the user says.
 * @param judged every row of the same check; undefined for a report of no check of this window
 * @param of what; undefined: the user is asked
 * @param file where to; undefined: the user is asked
 * @returns undefined when the user escaped
 */
export async function exportCsv(
  { diagnosis }: ReportContent,
  judged: JudgedRows | undefined,
  of: CsvOf | undefined,
  file: vscode.Uri | undefined,
): Promise<vscode.Uri | undefined> {
  const chosen = of ?? (await askCsvOf(diagnosis.taskTypes.length, judged?.size ?? 0));
  if (chosen === undefined) return undefined;
  const { rowsCsv, typesCsv } = await import('../../report/csv');
  if (chosen === 'types') {
    const table = typesCsv(diagnosis);
    const target = file ?? (await askWhereToSave('celery-task-types.csv', { CSV: ['csv'] }));
    return target && (await saveFile(target, table, 'The table of task types'));
  }
  const { text, rows, leftOut } = rowsCsv(diagnosis, judged);
  const target = file ?? (await askWhereToSave('celery-tasks.csv', { CSV: ['csv'] }));
  if (!target) return undefined;
  const without = leftOut === 0 ? '' : `, ${number(leftOut)} more left out, because no spreadsheet would show them,`;
  return await saveFile(target, text, `The table of ${count(rows, 'task')}${without}`);
}

async function askCsvOf(types: number, judged: number): Promise<CsvOf | undefined> {
  const items = [
    { label: 'Task types', description: `${count(types, 'line')} with numbers`, of: 'types' as const },
    {
      label: 'Tasks',
      description: judged === 0 ? 'the samples of this report' : `all ${number(judged)} that were judged`,
      detail: 'Samples have their arguments too, masked as everywhere.',
      of: 'rows' as const,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Export as CSV',
    placeHolder: 'One line for each of what?',
  });
  return picked?.of;
}

/**
 * Writes the report as a page for any browser.
 * @param file where to; undefined: the user is asked
 * @returns undefined when the user escaped
 */
export async function exportHtml(
  { diagnosis, connection, production, finishedAt }: ReportContent,
  extensionUri: vscode.Uri,
  file: vscode.Uri | undefined,
): Promise<vscode.Uri | undefined> {
  const { reportFile } = await import('../../report/reportFile');
  const part = async (name: string): Promise<string> => {
    try {
      return new TextDecoder().decode(
        await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', name)),
      );
    } catch (error) {
      throw new Problem('unknown', `A file of this extension is missing (dist/${name}): install the extension again.`, {
        cause: error,
      });
    }
  };
  const [host, script, theme, style] = await Promise.all(
    ['reportFile.js', 'report.js', 'reportFile.css', 'report.css'].map(part),
  );
  const html = reportFile(
    { diagnosis, connection, production, finishedAt, nonce: randomBytes(24).toString('hex') },
    { host: host ?? '', script: script ?? '', theme: theme ?? '', style: style ?? '' },
  );
  const target = file ?? (await askWhereToSave('celery-task-report.html', { HTML: ['html'] }));
  // Names of servers and arguments are in it, as in the report: whoever passes it on has to know.
  return (
    target && (await saveFile(target, html, 'The report, with its samples and the names of its servers,', inBrowser))
  );
}

/** A browser of this machine cannot open a file of another one. */
function inBrowser(target: vscode.Uri): void {
  if (target.scheme === 'file' && vscode.env.remoteName === undefined) void vscode.env.openExternal(target);
  else void vscode.window.showTextDocument(target);
}
