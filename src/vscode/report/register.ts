import { brotliDecompressSync } from 'node:zlib';
import * as vscode from 'vscode';
import { COMMANDS } from '../shared/contributions';
import type { Diagnosis } from '../../model/diagnosis';
import { Problem } from '../../base/problem';
import { contentOf, type ReportContent } from './reportContent';
import { guarded, shownReport } from '../log/register';
import type { Services } from '../shared/services';

/** Registers opening reports (of the checks, of the sample, of a file) and copying one as Markdown. */
export function registerReport(services: Services, extensionUri: vscode.Uri): vscode.Disposable {
  const { reports } = services;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.openReport, () => {
      reports.show();
    }),
    vscode.commands.registerCommand(COMMANDS.showTypeInReport, (asked?: unknown) => {
      showType(services, asked);
    }),
    vscode.commands.registerCommand(COMMANDS.openSample, () => guarded(() => openSample(services, extensionUri))),
    vscode.commands.registerCommand(COMMANDS.openSavedReport, (file?: unknown) =>
      guarded(() => openSaved(services, file)),
    ),
    vscode.commands.registerCommand(COMMANDS.copyMarkdown, () => guarded(() => copyMarkdown(shownReport(services)))),
  );
}

/** Opens the report of the latest check at a task type; at its beginning where the type is not in it. */
function showType({ reports }: Services, asked: unknown): void {
  const { taskModule, taskName } = (asked ?? {}) as Partial<Record<'taskModule' | 'taskName', unknown>>;
  const page = reports.show();
  const types = reports.latest?.diagnosis.taskTypes ?? [];
  const index = types.findIndex((type) => type.taskModule === taskModule && type.taskName === taskName);
  if (index !== -1) page.showType(index);
}

/** Puts a report for a public tracker on the clipboard, and gives it. */
export async function copyMarkdown({ diagnosis, connection }: ReportContent): Promise<string> {
  const { markdown } = await import('../../report/markdown');
  const text = markdown(diagnosis, connection);
  await vscode.env.clipboard.writeText(text);
  void vscode.window.showInformationMessage(
    'The report was copied as Markdown, without arguments and without names of hosts, databases and connections.',
  );
  return text;
}

async function openSample({ reports }: Services, extensionUri: vscode.Uri): Promise<void> {
  const file = vscode.Uri.joinPath(extensionUri, 'dist', 'sample-diagnosis.json.br');
  const diagnosis = await diagnosisIn(file, 'The sample report', (bytes) => brotliDecompressSync(bytes).toString());
  reports.showOther('sample', 'Sample Celery Task Report', contentOf('sample', diagnosis));
}

/** @param file the file to open; without one, the person is asked */
async function openSaved({ reports }: Services, file: unknown): Promise<void> {
  const chosen = file instanceof vscode.Uri ? file : await askWhich();
  if (!chosen) return;
  const name = chosen.path.split('/').at(-1) ?? 'The file';
  const diagnosis = await diagnosisIn(chosen, name, (bytes) => new TextDecoder().decode(bytes));
  const content = contentOf('saved', diagnosis, { connection: name });
  reports.showOther(chosen.toString(), name, content);
}

async function askWhich(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const chosen = await vscode.window.showOpenDialog({
    ...(folder ? { defaultUri: folder.uri } : {}),
    title: 'Open Saved Report',
    openLabel: 'Open Report',
    filters: { JSON: ['json'] },
  });
  return chosen?.[0];
}

/** @throws Problem: one sentence that says why the file cannot be read */
async function diagnosisIn(file: vscode.Uri, name: string, textOf: (bytes: Uint8Array) => string): Promise<Diagnosis> {
  const { MAX_REPORT_BYTES, readDiagnosis } = await import('../../report/readDiagnosis');
  // Before its bytes are in memory.
  const bytes = await vscode.workspace.fs.stat(file).then(
    ({ size }) => (size > MAX_REPORT_BYTES ? undefined : vscode.workspace.fs.readFile(file)),
    (error: unknown) => {
      throw new Problem('invalid', `${name} cannot be read: check that the file is there.`, { cause: error });
    },
  );
  if (!bytes) throw new Problem('invalid', `${name} is too large to be opened as a report: it has more than 64 MB.`);
  return readDiagnosis(textOf(bytes), name);
}
