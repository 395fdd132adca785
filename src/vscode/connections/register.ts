import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import { isBroken, type ConnectionProfile, type ProfileEntry } from '../../connect/profile';
import type { SourceFiles } from '../../python/model';
import { COMMANDS } from '../shared/contributions';
import { requireTrust, type Connections } from './connections';
import { registerConnectionContext } from './connectionContext';
import type { LastResultOf } from './lastResult';
import { cancellable } from '../shared/cancellable';
import type { ShowConnectionProblem } from '../problems/actions';

interface Parts {
  readonly connections: Connections;
  readonly showConnectionProblem: ShowConnectionProblem;
  readonly lastResultOf: LastResultOf;
  /** The code of the workspace, which may say where its broker is. */
  readonly sources: () => Promise<SourceFiles>;
}

/**
 * Registers adding, choosing, changing, testing and removing connections. Each command but
 * the first two takes the id of a connection.
 */
export function registerConnections(parts: Parts): vscode.Disposable {
  const { connections, showConnectionProblem, lastResultOf, sources } = parts;
  const register = (command: string, job: (asked: ProfileEntry | undefined) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (id?: unknown) => {
      try {
        // Also adding one connects: it tries what was typed, with a table of this workspace's settings.
        requireTrust();
        await job(typeof id === 'string' ? (await connections.list()).find((entry) => entry.id === id) : undefined);
      } catch (error) {
        showConnectionProblem(toProblem(error), undefined);
      }
    });
  return vscode.Disposable.from(
    registerConnectionContext(connections),
    register(COMMANDS.addConnection, () => add(connections)),
    register(COMMANDS.selectConnection, async () => {
      const { selectConnection } = await import('./selectConnection');
      await selectConnection(connections, lastResultOf);
    }),
    register(COMMANDS.addRedis, async (asked) => {
      const { addBroker } = await import('./addBroker');
      await addBroker(connections, await sources(), usable(asked));
    }),
    register(COMMANDS.openEnvFile, async (asked) => {
      const { openEnvFile } = await import('./openEnvFile');
      await openEnvFile(connections, await sources(), asked);
    }),
    register(COMMANDS.editConnection, async (asked) => {
      const { editConnection } = await import('./editConnection');
      await editConnection(connections, asked);
    }),
    register(COMMANDS.duplicateConnection, async (asked) => {
      const { duplicateConnection } = await import('./editConnection');
      await duplicateConnection(connections, asked);
    }),
    register(COMMANDS.testConnection, (asked) => test(connections, showConnectionProblem, usable(asked))),
    register(COMMANDS.removeConnection, async (asked) => {
      const { removeConnection } = await import('./removeConnection');
      await removeConnection(connections, asked);
    }),
  );
}

/** @throws Problem of a connection that cannot be used */
function usable(entry: ProfileEntry | undefined): ConnectionProfile | undefined {
  if (entry && isBroken(entry)) throw entry.problem;
  return entry;
}

async function add(connections: Connections): Promise<void> {
  const { addConnection } = await import('./addConnection');
  await addConnection(connections);
}

async function test(
  connections: Connections,
  showConnectionProblem: ShowConnectionProblem,
  asked: ConnectionProfile | undefined,
): Promise<void> {
  const profile = asked ?? (await connections.current());
  if (!profile) {
    await add(connections);
    return;
  }
  try {
    const { testConnection } = await import('./testConnection');
    const { showTest } = await import('./showTest');
    const answers = await cancellable(`Trying ${profile.name}...`, (signal) =>
      testConnection(connections, profile, signal),
    );
    // No check can work without the database; what else fails is an answer among the others.
    const [database] = answers;
    if (database?.problem) throw database.problem;
    await showTest(profile.name, answers);
  } catch (error) {
    showConnectionProblem(toProblem(error), profile);
  }
}
