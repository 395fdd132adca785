import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import { isBroken, type ConnectionProfile, type ProfileEntry } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import { requireTrust, type Connections } from './connections';
import { cancellable } from '../shared/cancellable';
import { connectionItem } from './connectionItems';
import type { ShowConnectionProblem } from '../problems/actions';

interface Parts {
  readonly connections: Connections;
  readonly showConnectionProblem: ShowConnectionProblem;
  /** What the last check of a connection found, in a few words; undefined where there was none in this session. */
  readonly lastCheck: (profile: ConnectionProfile) => string | undefined;
}

/** Registers adding, choosing, changing, testing and removing connections. */
export function registerConnections({ connections, showConnectionProblem, lastCheck }: Parts): vscode.Disposable {
  const guarded = (job: () => Promise<void>) => async (): Promise<void> => {
    try {
      // Also adding one connects: it tries what was typed, with a table of this workspace's settings.
      requireTrust();
      await job();
    } catch (error) {
      showConnectionProblem(toProblem(error), undefined);
    }
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand(
      COMMANDS.addConnection,
      guarded(() => add(connections)),
    ),
    vscode.commands.registerCommand(
      COMMANDS.selectConnection,
      guarded(() => select(connections, lastCheck)),
    ),
    vscode.commands.registerCommand(
      COMMANDS.editConnection,
      guarded(async () => {
        const { editConnection } = await import('./editConnection');
        await editConnection(connections);
      }),
    ),
    vscode.commands.registerCommand(
      COMMANDS.duplicateConnection,
      guarded(async () => {
        const { duplicateConnection } = await import('./editConnection');
        await duplicateConnection(connections);
      }),
    ),
    vscode.commands.registerCommand(
      COMMANDS.testConnection,
      guarded(() => test(connections, showConnectionProblem)),
    ),
    vscode.commands.registerCommand(
      COMMANDS.removeConnection,
      guarded(() => remove(connections)),
    ),
  );
}

interface Choice extends vscode.QuickPickItem {
  readonly entry?: ProfileEntry;
}

async function add(connections: Connections): Promise<void> {
  const { addConnection } = await import('./addConnection');
  await addConnection(connections);
}

async function select(connections: Connections, lastCheck: Parts['lastCheck']): Promise<void> {
  const entries = await connections.list();
  const current = await connections.current().catch(() => undefined);
  const items: Choice[] = entries.map((entry) =>
    connectionItem(entry, current?.id, isBroken(entry) ? undefined : lastCheck(entry)),
  );
  items.push(
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(add) Add Connection…', alwaysShow: true },
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Select Connection',
    placeHolder: 'Which database to check',
    matchOnDescription: true,
  });
  if (!picked) return;
  if (!picked.entry) {
    await add(connections);
    return;
  }
  if (isBroken(picked.entry)) throw picked.entry.problem;
  await connections.select(picked.entry);
}

async function test(connections: Connections, showConnectionProblem: ShowConnectionProblem): Promise<void> {
  const profile = await connections.current();
  if (!profile) {
    await add(connections);
    return;
  }
  try {
    const { testConnection } = await import('./testConnection');
    const { sentences } = await import('./keepConnection');
    const answers = await cancellable(`Trying ${profile.name}...`, (signal) =>
      testConnection(connections, profile, signal),
    );
    void vscode.window.showInformationMessage(`${profile.name}: ${sentences(answers)}`);
  } catch (error) {
    showConnectionProblem(toProblem(error), profile);
  }
}

async function remove(connections: Connections): Promise<void> {
  const entries = await connections.list();
  const removable = entries.filter((entry) => entry.origin === 'settings');
  if (removable.length === 0) {
    void vscode.window.showInformationMessage(
      'There is no connection to remove: those of .env and the environment are removed where they are written.',
    );
    return;
  }
  const items = removable.map((entry) => connectionItem(entry));
  const picked = await vscode.window.showQuickPick(items, { title: 'Remove Connection', matchOnDescription: true });
  if (!picked) return;
  const detail = 'Its entry in the settings and its stored password are deleted. The database is not touched.';
  const answer = await vscode.window.showWarningMessage(
    `Remove the connection ${picked.entry.name}?`,
    { modal: true, detail },
    'Remove',
  );
  if (answer !== 'Remove') return;
  const { removeFromSettings } = await import('./connectionSettings');
  await removeFromSettings(removable.indexOf(picked.entry), picked.entry.name);
  if (!isBroken(picked.entry)) await connections.forgetPasswords(picked.entry);
}
