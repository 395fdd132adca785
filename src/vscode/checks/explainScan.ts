import * as vscode from 'vscode';
import { COMMANDS, PLAN_SCHEME } from '../shared/contributions';
import { toProblem } from '../problems/problems';
import { checkSettings } from '../shared/settings';
import type { ConnectionProfile } from '../../connect/profile';
import type { ExplainMode } from '../../tables/taskManager/explainScan';
import { cancellable } from '../shared/cancellable';
import { configuredConnection } from './register';
import { showWithCure } from '../problems/actions';
import type { Services } from '../shared/services';

/** Its name is what the tab says; the ending makes it SQL. */
const PLAN_URI = vscode.Uri.from({ scheme: PLAN_SCHEME, path: '/Celery Tasks Scan Plan.sql' });

const MODES: readonly (vscode.QuickPickItem & { readonly mode: ExplainMode })[] = [
  {
    mode: 'plan',
    label: 'Plan Only',
    detail: 'The server says what it would do, and does not do it: this costs it nothing.',
  },
  {
    mode: 'analyze',
    label: 'Run and Measure',
    detail: 'EXPLAIN (ANALYZE, BUFFERS): the server runs the scan once, which costs what a check costs.',
  },
];

/** Registers "Explain the Scan". It gives the Uri of the document, or undefined where there is none. */
export function registerExplain(services: Services): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let latest = '';
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(PLAN_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => latest,
    }),
    vscode.commands.registerCommand(COMMANDS.explainScan, async (wanted?: unknown) => {
      const text = await plan(services, wanted);
      if (text === undefined) return undefined;
      latest = text;
      changed.fire(PLAN_URI);
      await vscode.window.showTextDocument(PLAN_URI, { preview: false });
      return PLAN_URI;
    }),
  );
}

/**
 * A failure is shown and not thrown at the caller.
 * @param wanted `plan` or `analyze`, for key bindings and tests; anything else: the person is asked
 */
async function plan(services: Services, wanted: unknown): Promise<string | undefined> {
  let profile: ConnectionProfile | undefined;
  try {
    profile = await configuredConnection(services);
    if (!profile) return undefined;
    const mode = MODES.find((each) => each.mode === wanted)?.mode ?? (await askMode());
    if (!mode) return undefined;
    const { table } = profile;
    const options = { ...checkSettings(), ...services.checks.lastOverrides, ...(table === undefined ? {} : { table }) };
    const { explain } = await import('../../check/explainScan');
    const { planText } = await import('../../report/planText');
    const { postgres } = await services.connections.open(profile, { verified: false });
    return await cancellable('Explaining the scan', async (signal) =>
      planText(await explain(postgres, options, mode, signal)),
    );
  } catch (error) {
    showWithCure(services, toProblem(error), profile);
    return undefined;
  }
}

async function askMode(): Promise<ExplainMode | undefined> {
  return (await vscode.window.showQuickPick(MODES, { title: 'Explain the Scan' }))?.mode;
}
