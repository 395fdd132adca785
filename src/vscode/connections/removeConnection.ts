import * as vscode from 'vscode';
import { isBroken, type ConnectionProfile, type ProfileEntry } from '../../connect/profile';
import { removeAddedBroker } from './addBroker';
import { connectionItem } from './connectionItems';
import { removeFromSettings } from './connectionSettings';
import type { Connections } from './connections';

/** Removes a connection of the settings, or the broker that was added to another one. @param asked the connection; otherwise it is asked */
export async function removeConnection(connections: Connections, asked?: ProfileEntry): Promise<void> {
  const entries = await connections.list();
  const removable = entries.filter((entry) => entry.origin === 'settings' || hasAdded(entry));
  if (removable.length === 0) {
    void vscode.window.showInformationMessage(
      'No saved connections. Connections from .env or the environment are removed where they are written.',
    );
    return;
  }
  const items = removable.map((entry) => {
    const item = connectionItem(entry);
    return hasAdded(entry) ? { ...item, description: 'only the broker that was added to it' } : item;
  });
  const given = asked && items.find(({ entry }) => entry.id === asked.id);
  const picked =
    given ?? (await vscode.window.showQuickPick(items, { title: 'Remove Connection', matchOnDescription: true }));
  if (!picked) return;
  const { entry } = picked;
  const [question, detail] = hasAdded(entry)
    ? [`Remove the broker that was added to "${entry.name}"?`, `${entry.foundIn ?? 'The file'} stays as it is.`]
    : [`Remove "${entry.name}"?`, 'Its entry in the settings and its stored password are deleted.'];
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Remove');
  if (answer !== 'Remove') return;
  if (hasAdded(entry)) {
    await removeAddedBroker(connections, entry);
    return;
  }
  const place = entries.filter(({ origin }) => origin === 'settings').findIndex(({ id }) => id === entry.id);
  await removeFromSettings(place, entry.name);
  if (!isBroken(entry)) await connections.forgetPasswords(entry);
}

function hasAdded(entry: ProfileEntry): entry is ConnectionProfile {
  return !isBroken(entry) && entry.addedBroker === true;
}
