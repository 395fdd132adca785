import * as vscode from 'vscode';
import type { Checks } from '../checks/checks';
import { COMMANDS } from '../shared/contributions';
import type { ReportSection } from '../../report/panelMessages';
import type { Output } from '../shared/output';
import { registerReportAfterCheck } from './afterCheck';
import { openSample, openSaved } from './openReport';
import { registerPageActions } from './pageActions';
import type { ReportPanels } from './reportPanels';
import { guarded } from './shownReport';
import { registerShownInReport } from './shownInReport';

const SECTIONS: readonly ReportSection[] = ['servers', 'sources'];

/** After a start, tabs that come back are there by then. */
const SWEEP_MS = 10_000;

interface Parts {
  readonly checks: Checks;
  readonly reports: ReportPanels;
  readonly output: Output;
  readonly extensionUri: vscode.Uri;
  /** Memory of this machine, over all windows. */
  readonly memory: vscode.Memento;
}

/** Registers opening reports (of the checks, of the sample, of a file), and what the buttons of their pages do. */
export function registerReport({ checks, reports, output, extensionUri, memory }: Parts): vscode.Disposable {
  const sweep = setTimeout(() => {
    reports.sweep();
  }, SWEEP_MS);
  return vscode.Disposable.from(
    new vscode.Disposable(() => {
      clearTimeout(sweep);
    }),
    registerPageActions({ checks, reports, output }),
    registerReportAfterCheck(checks, reports, memory),
    vscode.commands.registerCommand(COMMANDS.openReport, (asked?: unknown) => {
      const page = reports.show();
      const section = SECTIONS.find((one) => one === (asked as { readonly section?: unknown } | undefined)?.section);
      if (section) page.showSection(section);
    }),
    registerShownInReport(reports),
    vscode.commands.registerCommand(COMMANDS.openSample, () => guarded(() => openSample(reports, extensionUri))),
    vscode.commands.registerCommand(COMMANDS.openSavedReport, (file?: unknown) =>
      guarded(() => openSaved(reports, file)),
    ),
  );
}
