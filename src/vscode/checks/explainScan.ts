import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import { COMMANDS, PLAN_SCHEME } from '../shared/contributions';
import { checkSettings } from '../shared/settings';
import type { ConnectionProfile } from '../../connect/profile';
import type { ExplainMode } from '../../tables/explainScan';
import { cancellable } from '../shared/cancellable';
import type { Connections } from '../connections/connections';
import type { ShowConnectionProblem } from '../problems/actions';
import type { Checks } from './checks';

/** Its name is what the tab says; the ending makes it SQL. */
const PLAN_URI = vscode.Uri.from({ scheme: PLAN_SCHEME, path: '/Celery Tasks Query Plan.sql' });

const MODES: readonly (vscode.QuickPickItem & { readonly mode: ExplainMode })[] = [
  {
    mode: 'plan',
    label: 'Plan Only',
    detail: "EXPLAIN only; the query isn't run.",
  },
  {
    mode: 'analyze',
    label: 'Run and Measure',
    detail: 'EXPLAIN (ANALYZE, BUFFERS): runs the query once, which costs as much as a check.',
  },
];

interface Parts {
  readonly checks: Pick<Checks, 'lastOverrides'>;
  readonly connections: Connections;
  readonly showConnectionProblem: ShowConnectionProblem;
}

/** Registers "Explain the Query". It returns the Uri of the document, or undefined where there is none. */
export function registerExplainScan(parts: Parts): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let latest = '';
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(PLAN_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => latest,
    }),
    vscode.commands.registerCommand(COMMANDS.explainScan, async (wanted?: unknown) => {
      const text = await plan(parts, wanted);
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
 * @param wanted `plan` or `analyze`, for key bindings and tests; for anything else the user is asked
 */
async function plan(
  { checks, connections, showConnectionProblem }: Parts,
  wanted: unknown,
): Promise<string | undefined> {
  let profile: ConnectionProfile | undefined;
  try {
    profile = await connections.configured();
    if (!profile) return undefined;
    const mode = MODES.find((each) => each.mode === wanted)?.mode ?? (await askMode());
    if (!mode) return undefined;
    const { table } = profile;
    const options = { ...checkSettings(), ...checks.lastOverrides(profile), ...(table === undefined ? {} : { table }) };
    const { explain } = await import('../../check/explainScan');
    const { planText } = await import('../../report/planText');
    const { postgres } = await connections.open(profile, { verified: false });
    return await cancellable('Explaining the query', async (signal) =>
      planText(await explain(postgres, options, mode, signal)),
    );
  } catch (error) {
    showConnectionProblem(toProblem(error), profile);
    return undefined;
  }
}

async function askMode(): Promise<ExplainMode | undefined> {
  return (await vscode.window.showQuickPick(MODES, { title: 'Explain the Query' }))?.mode;
}
