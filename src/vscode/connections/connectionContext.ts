import * as vscode from 'vscode';
import { lacksBroker } from '../../connect/addedBroker';
import { isBroken } from '../../connect/profile';
import { CONTEXT } from '../shared/contributions';
import type { Connections } from './connections';

/**
 * Keeps the context keys of the connections true: what can be done with them, and whether the one in use has no broker. Nothing is
 * connected. The keys deny something, so that a palette offers everything until they are known.
 */
export function registerConnectionContext(connections: Connections): vscode.Disposable {
  let latest = 0;
  const look = async (): Promise<void> => {
    const turn = ++latest;
    const [entries, current] = await Promise.all([connections.list(), connections.current().catch(() => undefined)]);
    // A later look, which may have been faster, knows better.
    if (turn !== latest) return;
    const saved = entries.some(({ origin }) => origin === 'settings');
    const added = entries.some((entry) => !isBroken(entry) && entry.addedBroker === true);
    const set = (key: string, value: boolean): void => {
      void vscode.commands.executeCommand('setContext', key, value);
    };
    set(CONTEXT.nothingToEdit, !saved && !entries.some(({ origin }) => origin === 'env-file'));
    set(CONTEXT.nothingSaved, !saved);
    set(CONTEXT.nothingToRemove, !saved && !added);
    set(CONTEXT.brokerMissing, current !== undefined && lacksBroker(current));
    set(
      CONTEXT.envFile,
      entries.some(({ origin }) => origin === 'env-file'),
    );
  };
  void look();
  return connections.onDidChange(() => void look());
}
