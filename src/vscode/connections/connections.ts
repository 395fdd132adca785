import * as vscode from 'vscode';
import type { CheckSources } from '../../check/options';
import {
  isBroken,
  isHint,
  profileFromVariables,
  profilesFromSettings,
  secretKeys,
  type ConnectionProfile,
  type ProfileEntry,
} from '../../connect/profile';
import type { AddedUrls } from '../../connect/addedBroker';
import type { References } from '../../connect/env/references';
import { COMMANDS, SECTION, SETTINGS } from '../shared/contributions';
import { Problem } from '../../base/problem';
import { rememberSecret } from '../../base/secrets';
import { AddedBrokers } from './addedBrokers';
import { envFileOf, envFileProfiles, watchEnvFiles } from './envFiles';
import { connectionSettings, statementTimeoutMs } from '../shared/settings';

/** Passwords that the user just entered, by the key that they would be stored under. */
export type HeldPasswords = ReadonlyMap<string, string>;

/** How the servers of a profile are opened. */
export interface OpenRequest {
  /** Whether verification needs them: broker, results and their database too, not only the database of the tasks. */
  readonly verified: boolean;
  /** Passwords that are not stored yet. */
  readonly held?: HeldPasswords | undefined;
  /** For each statement and each attempt to connect; by default the setting decides about statements alone. */
  readonly timeoutMs?: number;
}

const SELECTED = 'celeryTasks.selectedConnection';
/** What it was called, for when it is gone. */
const SELECTED_NAME = 'celeryTasks.selectedConnectionName';
/** Editors that save by rename delete the file for a moment. */
const SETTLE_MS = 200;

/** @throws Problem in an untrusted workspace, where nothing connects */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new Problem('not-configured', 'Nothing is connected in Restricted Mode: trust this workspace first.');
}

/**
 * The connections that can be used here: those of the settings, of each folder's `.env` and of `celeryTasks.envFile`, and the
 * environment, in this order.
 * Passwords of settings connections are in the secret storage, bound to host, port and user.
 */
export class Connections implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** The list of connections, or the one selected, may be another now. */
  readonly onDidChange = this.changed.event;
  private readonly forgot = new vscode.EventEmitter<ConnectionProfile>();
  /** A connection was removed, or names other servers now: what was kept for it goes too. */
  readonly onDidForget = this.forgot.event;
  private readonly disposables: { dispose(): unknown }[] = [this.changed, this.forgot];
  private readonly added: AddedBrokers;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.added = new AddedBrokers(context.workspaceState);
    const fire = (): void => {
      this.changed.fire();
    };
    let settling: NodeJS.Timeout | undefined;
    const envChanged = (): void => {
      clearTimeout(settling);
      settling = setTimeout(fire, SETTLE_MS);
    };
    let watching = watchEnvFiles(envChanged);
    const watchAgain = (): void => {
      watching.dispose();
      watching = watchEnvFiles(envChanged);
      fire();
    };
    this.disposables.push(
      new vscode.Disposable(() => {
        watching.dispose();
        clearTimeout(settling);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(watchAgain),
      vscode.workspace.onDidGrantWorkspaceTrust(watchAgain),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SECTION}.${SETTINGS.envFile}`)) watchAgain();
        else if (event.affectsConfiguration(`${SECTION}.${SETTINGS.connections}`)) fire();
      }),
    );
  }

  /** Every connection that is named anywhere, also those that cannot be used. Empty while the workspace is not trusted. */
  async list(): Promise<ProfileEntry[]> {
    if (!vscode.workspace.isTrusted) return [];
    const { value } = connectionSettings();
    const files = await envFileProfiles();
    const environment = profileFromVariables(process.env, 'environment', 'environment');
    const found = [...files, ...(environment ? [environment] : [])].map((entry) => this.added.withBroker(entry));
    return [...profilesFromSettings(value, references()), ...found];
  }

  /**
   * The connection that a check uses: the selected one, else the first that can be used.
   * @returns undefined where none is named, also where variables only look like one
   * @throws Problem when the selected one cannot be used (another database would answer another question), or none can
   */
  async current(): Promise<ConnectionProfile | undefined> {
    const chosen = await this.inUse();
    if (chosen && isBroken(chosen)) throw chosen.problem;
    const id = this.selectedId;
    if (chosen && id !== undefined && chosen.id !== id) await this.tellGone(id, chosen);
    return chosen;
  }

  /** The same, also where it cannot be used. */
  async inUse(): Promise<ProfileEntry | undefined> {
    const entries = (await this.list()).filter((entry) => !isHint(entry));
    const id = this.selectedId;
    return entries.find((entry) => entry.id === id) ?? entries.find((entry) => !isBroken(entry)) ?? entries[0];
  }

  /** The connection to use; asks for one when none is known. @throws Problem when the workspace is not trusted */
  async configured(): Promise<ConnectionProfile | undefined> {
    requireTrust();
    if (await this.isAmbiguous()) {
      await vscode.commands.executeCommand(COMMANDS.selectConnection);
      return this.selectedId === undefined ? undefined : await this.current();
    }
    const profile = await this.current();
    if (profile) return profile;
    await vscode.commands.executeCommand(COMMANDS.addConnection);
    return await this.current();
  }

  /** The connection that the user chose; undefined while the first one found is used. */
  get selectedId(): string | undefined {
    return this.context.workspaceState.get<string>(SELECTED);
  }

  async select({ id, name }: Pick<ConnectionProfile, 'id' | 'name'>): Promise<void> {
    await this.context.workspaceState.update(SELECTED, id);
    await this.context.workspaceState.update(SELECTED_NAME, name);
    this.changed.fire();
  }

  /**
   * Opens the servers of a profile, with the stored passwords of a settings connection. A URL of `.env` or the environment brings its own
   * password, and so does one of the settings that an environment variable gave. Nothing is connected yet.
   * @throws Problem naming the setting that cannot be used
   */
  async open(profile: ConnectionProfile, { verified, held, timeoutMs }: OpenRequest): Promise<CheckSources> {
    const { openSources } = await import('../../connect/openSources');
    const { database, origin } = profile;
    const stored = storedKeys(profile);
    return await openSources(verified ? profile : { database }, {
      statementTimeoutMs: timeoutMs ?? statementTimeoutMs(),
      ...(timeoutMs === undefined ? {} : { connectTimeoutMs: timeoutMs }),
      // What the user set in the environment goes to the server that the environment names, as in libpq; a file may name any server.
      namedByPerson: origin === 'environment',
      ...(stored.size === 0
        ? {}
        : { storedPassword: async (key: string) => (stored.has(key) ? await this.password(key, held) : undefined) }),
    });
  }

  /**
   * Keeps the broker of a connection of a file or of the environment, which itself stays as it is written; undefined removes it.
   * @param urls without passwords
   */
  async keepBroker(profile: ConnectionProfile, urls: AddedUrls | undefined): Promise<void> {
    await this.added.keep(profile, urls);
    this.changed.fire();
  }

  /** The `.env` file that a profile was read from. */
  fileOf(profile: Pick<ProfileEntry, 'id'>): vscode.Uri | undefined {
    return envFileOf(profile);
  }

  async hasPassword(key: string): Promise<boolean> {
    return (await this.context.secrets.get(key)) !== undefined;
  }

  async storePassword(key: string, password: string): Promise<void> {
    rememberSecret(password);
    await this.context.secrets.store(key, password);
  }

  /** Deletes the stored passwords of a profile that was removed, or whose added broker was, but for those that another connection uses too. */
  async forgetPasswords(removed: ConnectionProfile): Promise<void> {
    this.forgot.fire(removed);
    // The user's list holds for other workspaces, also where this one has a list of its own.
    const everywhere = vscode.workspace.getConfiguration(SECTION).inspect<unknown>(SETTINGS.connections)?.globalValue;
    const entries = [...(await this.list()), ...profilesFromSettings(everywhere, references())];
    const others = entries.filter((entry): entry is ConnectionProfile => !isBroken(entry));
    const used = new Set(others.flatMap((profile) => [...storedKeys(profile)]));
    for (const key of storedKeys(removed)) if (!used.has(key)) await this.context.secrets.delete(key);
  }

  /** Nobody has chosen, and several folders have a connection each: which one is meant only a person knows. */
  private async isAmbiguous(): Promise<boolean> {
    if (this.selectedId !== undefined || (vscode.workspace.workspaceFolders ?? []).length < 2) return false;
    const usable = (await this.list()).filter((entry) => !isBroken(entry));
    // The first one of the settings is a person's own choice.
    return usable.length > 1 && usable[0]?.origin === 'env-file' && usable[1]?.origin === 'env-file';
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Says that another database answers from now on: the user should not have to notice it by the numbers. */
  private async tellGone(id: string, now: ConnectionProfile): Promise<void> {
    await this.context.workspaceState.update(SELECTED, undefined);
    const name = this.context.workspaceState.get<string>(SELECTED_NAME) ?? id.slice(id.indexOf(':') + 1);
    void vscode.window.showInformationMessage(
      `The connection ${name} is no longer named anywhere: ${now.name} is used now.`,
    );
  }

  private async password(key: string, held: HeldPasswords | undefined): Promise<string | undefined> {
    const password = held?.get(key) ?? (await this.context.secrets.get(key));
    rememberSecret(password);
    return password;
  }
}

/** What `${env:NAME}` means in the connections that are in force. */
export function references(): References {
  return { variables: process.env, wholeOnly: connectionSettings().ofWorkspace };
}

/** The passwords that a profile may have in the secret storage: a file brings its own, but for the broker that was added to it. */
function storedKeys(profile: ConnectionProfile): ReadonlySet<string> {
  const { database, resultsDatabase, broker, results, management } = secretKeys(profile);
  const celery = [broker, results, management];
  const keys =
    profile.origin === 'settings' ? [database, resultsDatabase, ...celery] : profile.addedBroker ? celery : [];
  return new Set(keys.filter((key) => key !== undefined));
}
