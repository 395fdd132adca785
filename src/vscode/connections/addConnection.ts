import * as vscode from 'vscode';
import { isBroken, type ProfileEntry } from '../../connect/profile';
import { unreadEnvFiles } from './unreadEnvFiles';
import { connectionItem } from './connectionItems';
import { EMPTY_DRAFT } from './connectionDraft';
import { addToSettings, connectionNames, readEnvFilesToo } from './connectionSettings';
import { enterConnection, storePasswords, tryOut } from './keepConnection';
import type { Connections } from './connections';
import { BACK } from './steps';

const TITLE = 'Add Connection';

interface Found extends vscode.QuickPickItem {
  readonly entry?: ProfileEntry;
  /** Files that `celeryTasks.envFile` has to name first. */
  readonly files?: readonly string[];
}

/**
 * Offers what was found in files and in the environment, then asks for a database (and where Celery's broker and results are, if that
 * is known), tries it, and keeps it: the address in the settings, passwords in the secret storage. Escape at any step keeps nothing.
 */
export async function addConnection(connections: Connections): Promise<void> {
  const found = await findings(connections);
  for (;;) {
    if (found.length > 0) {
      const picked = await choose(found);
      if (!picked) return;
      if (picked.entry) {
        await use(connections, picked.entry, picked.files ?? []);
        return;
      }
    }
    if ((await typeConnection(connections, found.length > 0)) !== BACK) return;
  }
}

/** What could be used and is not in use: connections of files and of the environment, and files that no setting names yet. */
async function findings(connections: Connections): Promise<Found[]> {
  const [entries, files, current] = await Promise.all([
    connections.list(),
    unreadEnvFiles(),
    connections.current().catch(() => undefined),
  ]);
  const known = entries
    .filter(({ id, origin }) => origin !== 'settings' && id !== current?.id)
    .map((entry) => connectionItem(entry));
  const more = files.map(({ paths, profile }) => ({ ...connectionItem(profile), files: paths }));
  return [...known, ...more];
}

async function choose(found: readonly Found[]): Promise<Found | undefined> {
  const items: Found[] = [
    { label: 'Found', kind: vscode.QuickPickItemKind.Separator },
    ...found,
    { label: 'Another', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(edit) Type or Paste a URL…', alwaysShow: true },
  ];
  return await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'Use a connection that was found, or enter another one',
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
}

/** Tries what was found and uses it; its password stays where it is. */
async function use(connections: Connections, entry: ProfileEntry, files: readonly string[]): Promise<void> {
  if (isBroken(entry)) throw entry.problem;
  const tried = await tryOut(connections, entry);
  if (tried === undefined || tried === 'change') return;
  if (files.length > 0) await readEnvFilesToo(files);
  await connections.select(entry);
  void vscode.window.showInformationMessage(`Now using ${entry.name}. ${tried.words}`);
}

async function typeConnection(connections: Connections, backToStart: boolean): Promise<typeof BACK | undefined> {
  const form = { title: TITLE, taken: connectionNames(), editing: false, backToStart };
  const accepted = await enterConnection(connections, EMPTY_DRAFT, form);
  if (accepted === undefined || accepted === BACK) return accepted;
  await storePasswords(connections, accepted);
  await addToSettings(accepted.entry);
  const { name } = accepted.draft;
  await connections.select({ id: `settings:${name}`, name });
  void vscode.window.showInformationMessage(`${name} was added. ${accepted.words}`);
  return undefined;
}
