import * as vscode from 'vscode';
import { SECTION, SETTINGS } from '../contributions';
import { connectionSettings } from '../editor/settings';

/** Takes the entry out of whichever settings file holds it. */
export async function removeFromSettings(name: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const found = configuration.inspect<unknown[]>(SETTINGS.connections);
  const places = [
    [found?.workspaceFolderValue, vscode.ConfigurationTarget.WorkspaceFolder],
    [found?.workspaceValue, vscode.ConfigurationTarget.Workspace],
    [found?.globalValue, vscode.ConfigurationTarget.Global],
  ] as const;
  for (const [value, target] of places) {
    if (!Array.isArray(value)) continue;
    const kept = value.filter((entry) => (entry as { name?: unknown } | null)?.name !== name);
    if (kept.length < value.length)
      await configuration.update(SETTINGS.connections, kept.length > 0 ? kept : undefined, target);
  }
}

/** The user's own connections, as written: the list that a new one is added to. */
export function userConnections(): unknown[] {
  const value = vscode.workspace.getConfiguration(SECTION).inspect<unknown[]>(SETTINGS.connections)?.globalValue;
  return Array.isArray(value) ? value : [];
}

/** Names already taken, wherever. */
export function connectionNames(): string[] {
  const value = connectionSettings();
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.map((entry) => String((entry as { name?: unknown } | null)?.name));
}
