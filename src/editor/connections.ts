import * as vscode from 'vscode';
import { readEnvFile } from '../connection/envFile';
import { type RedisTargets } from '../connection/celeryUrl';
import {
  isBroken,
  profileFromVariables,
  profilesFromSettings,
  redisTargets,
  secretKeys,
  type ConnectionProfile,
  type ProfileEntry,
} from '../connection/profile';
import { postgresSecretKey, type PostgresTarget } from '../connection/postgresUrl';
import { redisSecretKey, withRedisPassword, type RedisTarget } from '../connection/redisUrl';
import { SECTION, SETTINGS } from '../contributions';
import { Problem } from '../diagnosis/problem';
import { rememberSecret } from '../diagnosis/secrets';
import { connectionSettings } from './settings';

const SELECTED = 'celeryTasks.selectedConnection';
/** Editors that save by rename delete the file for a moment. */
const SETTLE_MS = 200;

/** @throws Problem in an untrusted workspace, where nothing connects */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Problem('not-configured', 'Nothing is connected in Restricted Mode: trust this workspace first.');
}

/**
 * The connections that can be used here: those of the settings, each folder's `.env`, and the environment, in this order.
 * Passwords of settings connections are in the secret storage, bound to host, port and user.
 */
export class Connections implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** The list of connections, or the one selected, may be another now. */
  readonly onDidChange = this.changed.event;
  private readonly disposables: { dispose(): unknown }[] = [this.changed];

  constructor(private readonly context: vscode.ExtensionContext) {
    const watcher = vscode.workspace.createFileSystemWatcher('**/.env');
    const fire = (): void => {
      this.changed.fire();
    };
    let settling: NodeJS.Timeout | undefined;
    const envChanged = (file: vscode.Uri): void => {
      // Only the files that are read: not those of packages and fixtures somewhere below.
      if (!(vscode.workspace.workspaceFolders ?? []).some((folder) => isEnvFile(file, folder))) return;
      clearTimeout(settling);
      settling = setTimeout(fire, SETTLE_MS);
    };
    this.disposables.push(
      watcher,
      watcher.onDidCreate(envChanged),
      watcher.onDidChange(envChanged),
      watcher.onDidDelete(envChanged),
      new vscode.Disposable(() => {
        clearTimeout(settling);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(fire),
      vscode.workspace.onDidGrantWorkspaceTrust(fire),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SECTION}.${SETTINGS.connections}`)) fire();
      }),
    );
  }

  /** Every connection that is named anywhere, also those that cannot be used. Empty while the workspace is not trusted. */
  async list(): Promise<ProfileEntry[]> {
    if (!vscode.workspace.isTrusted) return [];
    const folders = vscode.workspace.workspaceFolders ?? [];
    const files = await Promise.all(folders.map((folder) => envFileProfile(folder, folders.length > 1)));
    const environment = profileFromVariables(process.env, 'environment', 'environment');
    return [...profilesFromSettings(connectionSettings()), ...files, environment].filter(
      (entry) => entry !== undefined,
    );
  }

  /**
   * The connection that a check uses: the selected one, else the first that can be used.
   * @throws Problem when the selected one cannot be used (another database would answer another question), or none can
   */
  async current(): Promise<ConnectionProfile | undefined> {
    const entries = await this.list();
    const id = this.context.workspaceState.get<string>(SELECTED);
    const selected = entries.find((entry) => entry.id === id);
    const chosen = selected ?? entries.find((entry) => !isBroken(entry)) ?? entries[0];
    if (chosen && isBroken(chosen)) throw chosen.problem;
    if (chosen && id !== undefined && !selected) await this.tellGone(id, chosen);
    return chosen;
  }

  async select(profile: Pick<ConnectionProfile, 'id'>): Promise<void> {
    await this.context.workspaceState.update(SELECTED, profile.id);
    this.changed.fire();
  }

  /** The database of a profile with its password, where one is known. */
  async database(profile: ConnectionProfile): Promise<PostgresTarget> {
    return { ...profile.database, ...(await this.password(profile, postgresSecretKey(profile.database))) };
  }

  /** The broker and the result backend of a profile with their passwords. */
  async redis(profile: ConnectionProfile): Promise<RedisTargets> {
    const { broker, results } = redisTargets(profile);
    const withPassword = async (target: RedisTarget | Problem): Promise<RedisTarget | Problem> =>
      target instanceof Problem
        ? target
        : withRedisPassword(target, (await this.password(profile, redisSecretKey(target))).password);
    return {
      ...(broker ? { broker: await withPassword(broker) } : {}),
      ...(results ? { results: await withPassword(results) } : {}),
    };
  }

  async storePassword(key: string, password: string): Promise<void> {
    rememberSecret(password);
    await this.context.secrets.store(key, password);
  }

  /** Deletes the stored passwords of a profile that was removed, but for those that another connection uses too. */
  async forgetPasswords(removed: ConnectionProfile): Promise<void> {
    const others = (await this.list()).filter((entry): entry is ConnectionProfile => !isBroken(entry));
    const used = new Set(others.filter(({ origin }) => origin === 'settings').flatMap(keysOf));
    for (const key of keysOf(removed)) if (!used.has(key)) await this.context.secrets.delete(key);
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Another database answers from now on, and nobody should have to notice that by its numbers. */
  private async tellGone(id: string, now: ConnectionProfile): Promise<void> {
    await this.context.workspaceState.update(SELECTED, undefined);
    const name = id.slice(id.indexOf(':') + 1);
    void vscode.window.showInformationMessage(
      `The connection ${name} is no longer named anywhere: ${now.name} is used now.`,
    );
  }

  /** Stored passwords are for settings connections only: a URL in `.env` or the environment brings its own. */
  private async password(profile: ConnectionProfile, key: string): Promise<{ password?: string }> {
    if (profile.origin !== 'settings') return {};
    const password = await this.context.secrets.get(key);
    rememberSecret(password);
    return password === undefined ? {} : { password };
  }
}

function keysOf(profile: ConnectionProfile): string[] {
  return Object.values(secretKeys(profile));
}

function envFile(folder: vscode.WorkspaceFolder): vscode.Uri {
  return vscode.Uri.joinPath(folder.uri, '.env');
}

function isEnvFile(file: vscode.Uri, folder: vscode.WorkspaceFolder): boolean {
  return file.toString() === envFile(folder).toString();
}

async function envFileProfile(folder: vscode.WorkspaceFolder, named: boolean): Promise<ProfileEntry | undefined> {
  try {
    const bytes = await vscode.workspace.fs.readFile(envFile(folder));
    const name = named ? `${folder.name}/.env` : '.env';
    return profileFromVariables(readEnvFile(new TextDecoder().decode(bytes)), 'env-file', name);
  } catch {
    // No .env in this folder, which is the usual case.
    return undefined;
  }
}
