import * as vscode from 'vscode';
import { askWhereToSave, saveFile } from '../shared/saveFile';
import type { ReportContent } from './reportContent';

/** Puts a report for a public tracker on the clipboard, and returns it. */
export async function copyMarkdown({ diagnosis, connection }: ReportContent): Promise<string> {
  const { markdown } = await import('../../report/markdown');
  const text = markdown(diagnosis, connection);
  await vscode.env.clipboard.writeText(text);
  void vscode.window.showInformationMessage(
    'The report was copied as Markdown, without arguments and without names of hosts, databases and connections.',
  );
  return text;
}

/** Writes a Diagnosis where the user says. @returns undefined when the user escaped */
export async function exportJson({ diagnosis }: ReportContent): Promise<vscode.Uri | undefined> {
  const { diagnosisJson } = await import('../../report/diagnosisJson');
  const json = diagnosisJson(diagnosis);
  const target = await askWhereToSave('celery-task-diagnosis.json', { JSON: ['json'] });
  return target && (await saveFile(target, json, 'The JSON'));
}
