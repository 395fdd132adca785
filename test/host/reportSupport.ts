import * as vscode from 'vscode';
import { headOfText, type DiagnosisHead, type ToPage } from '../../src/report/panelMessages';
import type { ReportPage } from '../../src/vscode/report/reportPage';
import { extension, until } from './support';

type Of<T extends ToPage['type']> = Extract<ToPage, { type: T }>;

/** Everything that goes to a page from now on. */
export class Sent {
  readonly messages: ToPage[] = [];

  constructor(readonly page: ReportPage) {
    page.onDidSend((message) => this.messages.push(message));
  }

  all<T extends ToPage['type']>(type: T): Of<T>[] {
    return this.messages.filter((message): message is Of<T> => message.type === type);
  }

  last<T extends ToPage['type']>(type: T): Of<T> | undefined {
    return this.all(type).at(-1);
  }

  async next<T extends ToPage['type']>(type: T, fits: (message: Of<T>) => boolean = () => true): Promise<Of<T>> {
    const from = this.messages.length;
    const found = (): Of<T> | undefined =>
      this.messages.slice(from).find((message): message is Of<T> => message.type === type && fits(message as Of<T>));
    await until(found, `the message ${type}`);
    return found()!;
  }
}

/** The Diagnosis of a message; null: nothing was checked yet. */
export function headIn({ head }: Of<'diagnosis'>): DiagnosisHead | null {
  return head === null ? null : headOfText(head);
}

/** Opens the report anew and waits until its page, which really runs, has asked for everything. */
export async function openReport(): Promise<Sent> {
  const { reports } = await extension();
  await closeReports();
  await vscode.commands.executeCommand('celeryTasks.openReport');
  return await loaded(reports.main!);
}

/** Waits for the page's first Diagnosis. */
export async function loaded(page: ReportPage): Promise<Sent> {
  const sent = new Sent(page);
  await until(() => sent.last('diagnosis'), 'the page to be ready');
  return sent;
}

/** Closes every report, as a person does. */
export async function closeReports(): Promise<void> {
  const { reports } = await extension();
  const close = [reports.main, ...reports.otherPages].filter((page) => page !== undefined);
  for (const { panel } of close) panel.dispose();
  await until(() => !reports.main && reports.otherPages.length === 0, 'the reports to be closed');
}
