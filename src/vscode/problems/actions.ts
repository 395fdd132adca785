import * as vscode from 'vscode';
import type { Problem } from '../../base/problem';
import { postgresAddress } from '../../connect/postgres/postgresUrl';
import { secretKeys, type ConnectionProfile } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import type { Output } from '../shared/output';
import { showProblem, type ProblemActions } from './problems';

/** What the actions need of the connections. */
interface ConnectionAccess {
  /** The `.env` file that a profile was read from. */
  fileOf(profile: ConnectionProfile): vscode.Uri | undefined;
  storePassword(key: string, password: string): Promise<void>;
}

/** Shows why a connection gave no answer, with the one action that fits. */
export type ShowConnectionProblem = (problem: Problem, profile: ConnectionProfile | undefined) => void;

export function connectionProblems(connections: ConnectionAccess, output: Output): ShowConnectionProblem {
  const fixed = fixedActions(output);
  return (problem, profile) => {
    showProblem(problem, { ...fixed, ...(profile ? authenticationAction(connections, profile) : {}) });
  };
}

function fixedActions(output: Output): ProblemActions {
  const settings = {
    title: 'Open Settings',
    run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'celeryTasks'),
  };
  const execute = (command: string) => () => vscode.commands.executeCommand(command);
  return {
    invalid: settings,
    'table-missing': settings,
    'wrong-table': settings,
    'not-configured': {
      title: 'Manage Trust',
      // The notification stays after the workspace was trusted elsewhere: then the check is what is wanted.
      run: () => execute(vscode.workspace.isTrusted ? COMMANDS.check : 'workbench.trust.manage')(),
    },
    timeout: settings,
    unknown: {
      title: 'Show Log',
      run: () => {
        output.show();
      },
    },
    any: { title: 'Check Again', run: execute(COMMANDS.refresh) },
  };
}

/** A password of a file is changed in that file, and one of the environment cannot be changed here. */
function authenticationAction(connections: ConnectionAccess, profile: ConnectionProfile): ProblemActions {
  const { origin, database } = profile;
  if (origin === 'settings' && database.password === undefined)
    return { authentication: { title: 'Enter Password', run: () => enterPassword(connections, profile) } };
  const file = origin === 'env-file' ? connections.fileOf(profile) : undefined;
  if (!file) return {};
  return { authentication: { title: 'Open File', run: () => vscode.window.showTextDocument(file) } };
}

async function enterPassword(connections: ConnectionAccess, profile: ConnectionProfile): Promise<void> {
  const prompt = `Password of ${profile.database.user} at ${postgresAddress(profile.database)}`;
  const text = await vscode.window.showInputBox({ title: profile.name, prompt, password: true, ignoreFocusOut: true });
  if (text === undefined) return;
  await connections.storePassword(secretKeys(profile).database, text);
  await vscode.commands.executeCommand(COMMANDS.refresh);
}
