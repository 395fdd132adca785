import { brotliDecompressSync } from 'node:zlib';
import * as vscode from 'vscode';
import { Problem } from '../../base/problem';
import type { Diagnosis } from '../../model/diagnosis';
import { contentOf } from './reportContent';
import { CONTEXT } from '../shared/contributions';
import type { ReportPanels } from './reportPanels';

/** Opens the report of made-up tasks that comes with the extension. */
export async function openSample(reports: ReportPanels, extensionUri: vscode.Uri): Promise<void> {
  const file = vscode.Uri.joinPath(extensionUri, 'dist', 'sample-diagnosis.json.br');
  const diagnosis = await diagnosisIn(file, 'The sample report', (bytes) => brotliDecompressSync(bytes).toString());
  reports.showOther('sample', 'Sample Celery Task Report', contentOf('sample', diagnosis));
  void vscode.commands.executeCommand('setContext', CONTEXT.sampleSeen, true);
}

/** Opens a report that was exported as JSON. @param file the file to open; without one, the user is asked */
export async function openSaved(reports: ReportPanels, file: unknown): Promise<void> {
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
