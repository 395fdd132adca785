import * as vscode from 'vscode';
import { number } from '../../base/numbers';
import { lacksBroker } from '../../connect/addedBroker';
import { isBroken, type ProfileEntry } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import { connectionItem } from './connectionItems';
import type { Connections } from './connections';
import type { LastResult, LastResultOf } from './lastResult';

interface Choice extends vscode.QuickPickItem {
  readonly entry?: ProfileEntry;
  readonly buttons?: readonly ConnectionButton[];
}

interface ConnectionButton extends vscode.QuickInputButton {
  /** Gets the connection's id. */
  readonly command: string;
}

/** Lets the person choose the connection that checks use, or do something else with one. @throws Problem of a chosen one that cannot be used */
export async function selectConnection(connections: Connections, lastResultOf: LastResultOf): Promise<void> {
  const entries = await connections.list();
  const current = await connections.current().catch(() => undefined);
  const items: Choice[] = entries.map((entry) => ({
    ...connectionItem(entry, current?.id, lastWords(lastResultOf(entry.id))),
    buttons: buttonsOf(entry),
  }));
  items.push(
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(add) Add Connection…', alwaysShow: true },
  );
  const picked = await choose(items);
  if (!picked) return;
  const { item, command } = picked;
  if (!item.entry) await vscode.commands.executeCommand(COMMANDS.addConnection);
  else if (command !== undefined) await vscode.commands.executeCommand(command, item.entry.id);
  else if (isBroken(item.entry)) throw item.entry.problem;
  else await connections.select(item.entry);
}

async function choose(
  items: readonly Choice[],
): Promise<{ readonly item: Choice; readonly command?: string } | undefined> {
  const pick = vscode.window.createQuickPick<Choice>();
  pick.title = 'Select Connection';
  pick.placeholder = 'Which database to check';
  pick.matchOnDescription = true;
  pick.items = items;
  try {
    return await new Promise((resolve) => {
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item) resolve({ item });
      });
      pick.onDidTriggerItemButton(({ item, button }) => {
        resolve({ item, command: (button as ConnectionButton).command });
      });
      pick.onDidHide(() => {
        resolve(undefined);
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

function button(icon: string, tooltip: string, command: string): ConnectionButton {
  return { iconPath: new vscode.ThemeIcon(icon), tooltip, command };
}

/** What can be done with a connection: it depends on where it is written. */
function buttonsOf(entry: ProfileEntry): ConnectionButton[] {
  const { origin } = entry;
  const broken = isBroken(entry);
  const added = !broken && entry.addedBroker === true;
  return [
    ...(!broken && (lacksBroker(entry) || added)
      ? [button('plug', added ? 'Change the Added Broker…' : 'Add Broker…', COMMANDS.addRedis)]
      : []),
    ...(origin === 'settings' ? [button('edit', 'Edit', COMMANDS.editConnection)] : []),
    ...(origin === 'env-file' ? [button('go-to-file', 'Open File', COMMANDS.openEnvFile)] : []),
    ...(origin === 'settings' ? [button('copy', 'Duplicate', COMMANDS.duplicateConnection)] : []),
    ...(broken ? [] : [button('beaker', 'Test', COMMANDS.testConnection)]),
    ...(origin === 'settings' ? [button('trash', 'Remove', COMMANDS.removeConnection)] : []),
    ...(added ? [button('trash', 'Remove the Added Broker', COMMANDS.removeConnection)] : []),
  ];
}

/** `148,708 stuck, checked 01:28 (12 min ago)` */
export function lastWords(
  last: LastResult | undefined,
  now = new Date(),
  language = vscode.env.language,
): string | undefined {
  if (!last) return undefined;
  const { finishedAt, stuck } = last;
  const clock = finishedAt.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
  return `${number(stuck)} stuck, checked ${clock} (${ago(now.getTime() - finishedAt.getTime())})`;
}

function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  return minutes < 60 ? `${String(minutes)} min ago` : `${String(Math.floor(minutes / 60))} h ago`;
}
