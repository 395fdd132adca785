import * as vscode from 'vscode';
import { type CeleryTargets } from '../../connect/celeryUrl';
import {
  isBroken,
  isHint,
  profileFromVariables,
  otherResults,
  profilesFromSettings,
  celeryTargets,
  secretKeys,
  type ConnectionProfile,
  type ProfileEntry,
} from '../../connect/profile';
import { postgresSecretKey, type PostgresTarget } from '../../connect/postgres/postgresUrl';
import { celerySecretKey, withCeleryPassword, type CeleryTarget } from '../../connect/celeryTarget';
import type { References } from '../../connect/env/references';
import { SECTION, SETTINGS } from '../shared/contributions';
import { Problem } from '../../base/problem';
import { rememberSecret } from '../../base/secrets';
import { envFileProfiles, watchEnvFiles } from './envFiles';
import { connectionSettings } from '../shared/settings';

/** Passwords that a person just entered, by the key that they would be stored under. */
export type HeldPasswords = ReadonlyMap<string, string>;

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
  private readonly disposables: { dispose(): unknown }[] = [this.changed];

  constructor(private readonly context: vscode.ExtensionContext) {
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
    return [...profilesFromSettings(value, references()), ...files, ...(environment ? [environment] : [])];
  }

  /**
   * The connection that a check uses: the selected one, else the first that can be used.
   * @returns undefined where none is named, also where variables only look like one
   * @throws Problem when the selected one cannot be used (another database would answer another question), or none can
   */
  async current(): Promise<ConnectionProfile | undefined> {
    const entries = (await this.list()).filter((entry) => !isHint(entry));
    const id = this.selectedId;
    const selected = entries.find((entry) => entry.id === id);
    const chosen = selected ?? entries.find((entry) => !isBroken(entry)) ?? entries[0];
    if (chosen && isBroken(chosen)) throw chosen.problem;
    if (chosen && id !== undefined && !selected) await this.tellGone(id, chosen);
    return chosen;
  }

  /** The connection that the person chose; undefined while the first one found is used. */
  get selectedId(): string | undefined {
    return this.context.workspaceState.get<string>(SELECTED);
  }

  async select({ id, name }: Pick<ConnectionProfile, 'id' | 'name'>): Promise<void> {
    await this.context.workspaceState.update(SELECTED, id);
    await this.context.workspaceState.update(SELECTED_NAME, name);
    this.changed.fire();
  }

  /**
   * The database of a profile with its password, where one is known.
   * @param held passwords that are not stored yet, by key
   */
  async database(profile: ConnectionProfile, held?: HeldPasswords): Promise<PostgresTarget> {
    const { database } = profile;
    return { ...database, ...(await this.password(profile, database, postgresSecretKey(database), held)) };
  }

  /** The broker and the result backend of a profile with their passwords. */
  async celery(profile: ConnectionProfile, held?: HeldPasswords): Promise<CeleryTargets> {
    const { broker, results } = celeryTargets(profile);
    const withPassword = async (target: CeleryTarget | Problem): Promise<CeleryTarget | Problem> =>
      target instanceof Problem
        ? target
        : withCeleryPassword(target, (await this.password(profile, target, celerySecretKey(target), held)).password);
    return {
      ...(broker ? { broker: await withPassword(broker) } : {}),
      ...(results ? { results: await withPassword(results) } : {}),
    };
  }

  /** The database of results where it is not that of the tasks, with its password. */
  async resultsDatabase(
    profile: ConnectionProfile,
    held?: HeldPasswords,
  ): Promise<PostgresTarget | Problem | undefined> {
    const target = otherResults(profile);
    return target && !(target instanceof Problem)
      ? await this.database({ ...profile, database: target }, held)
      : target;
  }

  async hasPassword(key: string): Promise<boolean> {
    return (await this.context.secrets.get(key)) !== undefined;
  }

  async storePassword(key: string, password: string): Promise<void> {
    rememberSecret(password);
    await this.context.secrets.store(key, password);
  }

  /** Deletes the stored passwords of a profile that was removed, but for those that another connection uses too. */
  async forgetPasswords(removed: ConnectionProfile): Promise<void> {
    // The user's list holds for other workspaces, also where this one has a list of its own.
    const everywhere = vscode.workspace.getConfiguration(SECTION).inspect<unknown>(SETTINGS.connections)?.globalValue;
    const entries = [...(await this.list()), ...profilesFromSettings(everywhere, references())];
    const others = entries.filter((entry): entry is ConnectionProfile => !isBroken(entry));
    const used = new Set(others.filter(({ origin }) => origin === 'settings').flatMap(keysOf));
    for (const key of keysOf(removed)) if (!used.has(key)) await this.context.secrets.delete(key);
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Another database answers from now on, and nobody should have to notice that by its numbers. */
  private async tellGone(id: string, now: ConnectionProfile): Promise<void> {
    await this.context.workspaceState.update(SELECTED, undefined);
    const name = this.context.workspaceState.get<string>(SELECTED_NAME) ?? id.slice(id.indexOf(':') + 1);
    void vscode.window.showInformationMessage(
      `The connection ${name} is no longer named anywhere: ${now.name} is used now.`,
    );
  }

  /**
   * Stored passwords are for settings connections only: a URL in `.env` or the environment brings its own, and so does one of the
   * settings that an environment variable gave.
   */
  private async password(
    { origin }: ConnectionProfile,
    target: { readonly password?: string },
    key: string,
    held?: HeldPasswords,
  ): Promise<{ password?: string }> {
    if (origin !== 'settings' || target.password !== undefined) return {};
    const password = held?.get(key) ?? (await this.context.secrets.get(key));
    rememberSecret(password);
    return password === undefined ? {} : { password };
  }
}

/** What `${env:NAME}` means in the connections that are in force. */
export function references(): References {
  return { variables: process.env, wholeOnly: connectionSettings().ofWorkspace };
}

/** What the person set in the environment goes to the server that the environment names, as libpq has it; a file's may name any server. */
export function passwordRule({ origin }: ConnectionProfile): { readonly namedByPerson: boolean } {
  return { namedByPerson: origin === 'environment' };
}

function keysOf(profile: ConnectionProfile): string[] {
  return Object.values(secretKeys(profile));
}
