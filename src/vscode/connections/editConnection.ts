import * as vscode from 'vscode';
import { isBroken, type ProfileEntry } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import { draftOf } from './connectionDraft';
import { connectionItem } from './connectionItems';
import { addToSettings, connectionNames, replaceInSettings, settingsEntry } from './connectionSettings';
import { enterConnection, storePasswords } from './keepConnection';
import type { Connections } from './connections';
import { BACK } from './steps';

/** What an entry of the settings has besides what is asked for, such as its table. */
const ASKED = ['name', 'databaseUrl', 'redisUrl', 'brokerUrl', 'managementUrl', 'resultBackend', 'production'];

/**
 * Changes a connection of the settings, with the same questions that made it. Its stored password goes with it only while host, port
 * and user stay: it belongs to them. One of a file is changed in that file.
 */
export async function editConnection(connections: Connections, asked?: ProfileEntry): Promise<void> {
  const entries = (await connections.list()).filter(({ origin }) => origin !== 'environment');
  const picked = chosen(entries, asked) ?? (await pick(connections, entries, 'Edit Connection'));
  if (!picked) return;
  if (picked.origin === 'env-file') {
    await openFileOf(connections, picked);
    return;
  }
  const place = entries.indexOf(picked);
  const written = settingsEntry(place, picked.name);
  const taken = connectionNames().filter((_, index) => index !== place);
  const accepted = await enterConnection(connections, draftOf(written, picked.name), {
    title: `Edit ${picked.name}`,
    taken,
    editing: true,
    rest: restOf(written),
  });
  if (accepted === undefined || accepted === BACK) return;
  const current = await connections.current().catch(() => undefined);
  const inUse = picked.id === (connections.selectedId ?? current?.id);
  await storePasswords(connections, accepted);
  await replaceInSettings(place, picked.name, accepted.entry);
  const { name } = accepted.draft;
  if (inUse) await connections.select({ id: `settings:${name}`, name });
  // Those of the server that it named before, unless it or another connection still names it.
  if (!isBroken(picked)) await connections.forgetPasswords(picked);
  void vscode.window.showInformationMessage(`${name} was changed. ${accepted.words}`);
}

/**
 * Makes a connection of the settings from another one, after the same questions. Passwords are stored by host, port and user, so the
 * copy has the password of the first only while those stay.
 */
export async function duplicateConnection(connections: Connections, asked?: ProfileEntry): Promise<void> {
  const entries = (await connections.list()).filter(({ origin }) => origin === 'settings');
  const picked = chosen(entries, asked) ?? (await pick(connections, entries, 'Duplicate Connection'));
  if (!picked) return;
  const written = settingsEntry(entries.indexOf(picked), picked.name);
  const taken = connectionNames();
  const accepted = await enterConnection(connections, draftOf(written, freeName(picked.name, taken)), {
    title: `Duplicate ${picked.name}`,
    taken,
    editing: true,
    rest: restOf(written),
  });
  if (accepted === undefined || accepted === BACK) return;
  await storePasswords(connections, accepted);
  await addToSettings(accepted.entry);
  void vscode.window.showInformationMessage(`${accepted.draft.name} was added. ${accepted.words}`);
}

/** The one that was asked for, by its id: the list was read anew. */
function chosen(entries: readonly ProfileEntry[], asked: ProfileEntry | undefined): ProfileEntry | undefined {
  return entries.find(({ id }) => id === asked?.id);
}

async function openFileOf(connections: Connections, entry: ProfileEntry): Promise<void> {
  const file = connections.fileOf(entry);
  if (!file) return;
  await vscode.window.showTextDocument(file);
  void vscode.window.showInformationMessage(`${entry.name} is edited in this file. Save it to use the change.`);
}

async function sayNoneSaved(connections: Connections): Promise<void> {
  const ofFile = (await connections.list()).some(({ origin }) => origin === 'env-file');
  const open = 'Open .env';
  const chosen = await vscode.window.showInformationMessage(
    'No saved connections. Connections from .env are edited in that file.',
    ...(ofFile ? [open] : []),
  );
  if (chosen === open) await vscode.commands.executeCommand(COMMANDS.openEnvFile);
}

async function pick(
  connections: Connections,
  entries: readonly ProfileEntry[],
  title: string,
): Promise<ProfileEntry | undefined> {
  if (entries.length === 0) {
    await sayNoneSaved(connections);
    return undefined;
  }
  const current = await connections.current().catch(() => undefined);
  const items = entries.map((entry) => connectionItem(entry, current?.id));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.entry;
}

function restOf(written: unknown): object {
  if (typeof written !== 'object' || written === null) return {};
  return Object.fromEntries(Object.entries(written).filter(([key]) => !ASKED.includes(key)));
}

/** "production copy", "production copy 2". */
function freeName(name: string, taken: readonly string[]): string {
  const copy = `${name} copy`;
  if (!taken.includes(copy)) return copy;
  let number = 2;
  while (taken.includes(`${copy} ${String(number)}`)) number++;
  return `${copy} ${String(number)}`;
}
