import * as vscode from 'vscode';
import { postgresAddress } from '../../connect/postgres/postgresUrl';
import { secretKeys, type ConnectionProfile } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import type { Problem } from '../../base/problem';
import type { Connections } from '../connections/connections';
import { envFileOf } from '../connections/envFiles';
import { showProblem } from './problems';
import type { Services } from '../shared/services';

/** Shows why a connection gave no answer, with the one action that fits. */
export function showWithCure(
  { output, connections }: Pick<Services, 'output' | 'connections'>,
  problem: Problem,
  profile: ConnectionProfile | undefined,
): void {
  const execute = (command: string) => () => vscode.commands.executeCommand(command);
  const password = { title: 'Enter Password', run: () => enterPassword(connections, profile) };
  const settings = {
    title: 'Open Settings',
    run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'celeryTasks'),
  };
  const file = profile?.origin === 'env-file' ? envFileOf(profile) : undefined;
  showProblem(problem, {
    // A password in a file or the environment is changed where it stands.
    ...(profile?.origin === 'settings' && profile.database.password === undefined ? { authentication: password } : {}),
    ...(file ? { authentication: { title: 'Open File', run: () => vscode.window.showTextDocument(file) } } : {}),
    invalid: settings,
    'table-missing': settings,
    'wrong-table': settings,
    'not-configured': { title: 'Manage Trust', run: execute('workbench.trust.manage') },
    timeout: settings,
    unknown: {
      title: 'Show Log',
      run: () => {
        output.show();
      },
    },
    any: { title: 'Check Again', run: execute(COMMANDS.refresh) },
  });
}

async function enterPassword(connections: Connections, profile: ConnectionProfile | undefined): Promise<void> {
  if (!profile) return;
  const prompt = `Password of ${profile.database.user} at ${postgresAddress(profile.database)}`;
  const text = await vscode.window.showInputBox({ title: profile.name, prompt, password: true, ignoreFocusOut: true });
  if (text === undefined) return;
  await connections.storePassword(secretKeys(profile).database, text);
  await vscode.commands.executeCommand(COMMANDS.refresh);
}
