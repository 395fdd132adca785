import * as vscode from 'vscode';
import { profilesFromSettings, settingsName, type ConnectionProfile } from '../../connect/profile';
import { SECTION, SETTINGS } from '../shared/contributions';
import { Problem } from '../../base/problem';
import { envFileSetting } from '../shared/settings';

interface ConnectionList {
  readonly entries: readonly unknown[];
  readonly target: vscode.ConfigurationTarget;
}

/** The list that is in force and the settings file that holds it: the editor does not join the lists of several files. */
function listInForce(): ConnectionList {
  const found = vscode.workspace.getConfiguration(SECTION).inspect<unknown>(SETTINGS.connections);
  const places = [
    [found?.workspaceFolderValue, vscode.ConfigurationTarget.WorkspaceFolder],
    [found?.workspaceValue, vscode.ConfigurationTarget.Workspace],
  ] as const;
  for (const [value, target] of places) if (value !== undefined) return { entries: list(value), target };
  return { entries: list(found?.globalValue), target: vscode.ConfigurationTarget.Global };
}

export async function addToSettings(entry: object): Promise<void> {
  const { entries, target } = listInForce();
  await update([...entries, entry], target);
}

/**
 * Takes out the entry at `place`: two may have one name, and others may have none.
 * @param name what it was called when the user chose it
 */
export async function removeFromSettings(place: number, name: string): Promise<void> {
  const list = listInForce();
  entryAt(list, place, name);
  const kept = list.entries.filter((_, index) => index !== place);
  await update(kept.length > 0 ? kept : undefined, list.target);
}

/** The entry at `place` as it is written. @param name what it was called when the user chose it */
export function settingsEntry(place: number, name: string): unknown {
  return entryAt(listInForce(), place, name);
}

/** Puts another entry at `place`. @param name what it was called when the user chose it */
export async function replaceInSettings(place: number, name: string, entry: object): Promise<void> {
  const list = listInForce();
  entryAt(list, place, name);
  await update(
    list.entries.map((other, index) => (index === place ? entry : other)),
    list.target,
  );
}

/** Changes fields of the entry that a connection was read from. */
export async function changeInSettings(
  { id, name }: Pick<ConnectionProfile, 'id' | 'name'>,
  change: object,
): Promise<void> {
  const { entries } = listInForce();
  const place = profilesFromSettings(entries).findIndex((entry) => entry.id === id);
  const written = settingsEntry(place, name);
  await replaceInSettings(place, name, { ...(typeof written === 'object' ? written : {}), ...change });
}

/** Adds files to `celeryTasks.envFile` of the workspace: they are files of this workspace. */
export async function readEnvFilesToo(more: readonly string[]): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const paths = [...envFileSetting(), ...more];
  await configuration.update(
    SETTINGS.envFile,
    paths.length === 1 ? paths[0] : paths,
    vscode.ConfigurationTarget.Workspace,
  );
}

/** Names already taken. */
export function connectionNames(): string[] {
  return listInForce().entries.map(settingsName);
}

/** Two may have one name, and others may have none: only place and name together say which is meant. */
function entryAt({ entries }: ConnectionList, place: number, name: string): unknown {
  if (place in entries && settingsName(entries[place], place) === name) return entries[place];
  throw new Problem('invalid', 'The setting celeryTasks.connections changed in the meantime: try again.');
}

async function update(entries: readonly unknown[] | undefined, target: vscode.ConfigurationTarget): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update(SETTINGS.connections, entries, target);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
