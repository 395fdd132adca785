import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { OF_CELERY } from '../../connect/env/brokerLine';
import { decodeEnvFile, mergeEnvFiles, readEnvFile, type EnvVariables } from '../../connect/env/envFile';
import { groupEnvFiles, type EnvFileGroup, type EnvFileText } from '../../connect/env/envFileGroups';
import { folderNames } from '../../connect/folderNames';
import { isBroken, type ProfileEntry } from '../../connect/profile';
import { echo } from '../../base/quoteInput';
import { Problem } from '../../base/problem';
import { SECTION, SETTINGS } from '../shared/contributions';
import { resolveEnvPath } from './envPath';
import { envFileSetting } from '../shared/settings';

/** Always looked at, in every folder. */
const STANDARD = '.env';
/** No `.env` is nearly as large: a bigger file is something else. */
const MAX_BYTES = 1024 * 1024;

/** A file that may be there. */
export interface EnvFile {
  readonly uri: vscode.Uri;
  readonly root: vscode.WorkspaceFolder;
  /** From that folder. */
  readonly path: string;
  /** As people call it: `.env`, and with several folders `backend/.env`. */
  readonly place: string;
  /** What tells it from every other file. */
  readonly key: string;
}

/** One path of the setting: its files, or why it names none. */
interface Named {
  readonly setting: string;
  readonly files: readonly EnvFile[];
  readonly why?: string;
}

/**
 * The connections of the files that are read: each folder's `.env`, and what `celeryTasks.envFile` names; files that belong together make
 * one (envFileGroups.ts). A file of the setting that is in no folder, leads outside, or names no database comes as a connection that
 * cannot be used.
 */
export async function envFileProfiles(): Promise<ProfileEntry[]> {
  const named = namedFiles();
  const groups = groupEnvFiles(await readAll(readFiles(named)));
  const told = new Set<EnvFileGroup<EnvFileText>>();
  const ofFiles = (files: readonly EnvFile[], byPerson: boolean): ProfileEntry[] =>
    files.flatMap(({ key }) => {
      const group = groups.find((one) => one.files.some((file) => file.key === key));
      if (!group?.entry || told.has(group)) return [];
      told.add(group);
      // Whoever names a file means a connection.
      return [byPerson && isBroken(group.entry) ? withoutHint(group.entry) : group.entry];
    });
  const entries = ofFiles(filesCalled(STANDARD), false);
  for (const one of named) {
    const found = ofFiles(one.files, true);
    const known = groups.some(({ entry, files }) => entry && files.some(({ key }) => isOf(one, key)));
    entries.push(...(found.length > 0 || known ? found : await brokenFiles(one, groups)));
  }
  return entries;
}

/** The files that are read, each once. */
export function readFiles(named = namedFiles()): EnvFile[] {
  const files = [...filesCalled(STANDARD), ...named.flatMap((one) => one.files)];
  return [...new Map(files.map((file) => [file.key, file])).values()];
}

/** Reads those of the files that are there. */
export async function readAll(files: readonly EnvFile[]): Promise<EnvFileText[]> {
  const texts = await Promise.all(files.map(({ uri }) => textOf(uri)));
  return files.flatMap(({ uri, place, key }, index) => {
    const text = texts[index];
    if (text === undefined) return [];
    const folder = vscode.Uri.joinPath(uri, '..').toString();
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    return [{ folder, name, place, key, variables: readEnvFile(text) }];
  });
}

/** The file that a connection of one was read from. */
export function envFileOf(entry: Pick<ProfileEntry, 'id'>): vscode.Uri | undefined {
  return readFiles().find(({ key }) => `env-file:${key}` === entry.id)?.uri;
}

/** The variables of the files that a connection was read from, and what to call these; undefined for one of elsewhere. */
export async function envVariablesOf(
  entry: Pick<ProfileEntry, 'id' | 'origin'>,
): Promise<{ readonly variables: EnvVariables; readonly place: string } | undefined> {
  if (entry.origin !== 'env-file') return undefined;
  const groups = groupEnvFiles(await readAll(readFiles()));
  const files = groups.find((group) => isGroupOf(group.files, entry))?.files ?? [];
  const [first, ...more] = files;
  if (!first) return undefined;
  return {
    variables: mergeEnvFiles(files.map(({ variables }) => variables)),
    place: [first.place, ...more.map(({ name }) => name)].join(' + '),
  };
}

/**
 * The file of a connection in which its broker belongs: of several the one that names something of Celery; for a connection of elsewhere
 * the workspace's `.env`. Undefined where there is none.
 */
export async function brokerFileOf(
  entry: Pick<ProfileEntry, 'id' | 'origin'> | undefined,
): Promise<vscode.Uri | undefined> {
  const known = readFiles();
  const there = await readAll(known);
  const own =
    entry?.origin === 'env-file' ? groupEnvFiles(there).find(({ files }) => isGroupOf(files, entry)) : undefined;
  const files = own?.files ?? there.filter(({ name }) => name === STANDARD);
  const named = files.find(({ variables }) => Object.keys(variables).some((name) => OF_CELERY.test(name)));
  const key = (named ?? files[0])?.key;
  return known.find((file) => file.key === key)?.uri;
}

function isGroupOf(files: readonly EnvFileText[], { id }: Pick<ProfileEntry, 'id'>): boolean {
  return files.some(({ key }) => `env-file:${key}` === id);
}

/** Watches the files that are read, and only those: not the ones of packages and fixtures somewhere below. */
export function watchEnvFiles(changed: () => void): vscode.Disposable {
  const watchers = readFiles().map(({ root, path }) => {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(root, literal(path)));
    return vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
    );
  });
  return vscode.Disposable.from(...watchers);
}

/**
 * The places of one path, one in each folder.
 * @param only the place of the one folder that is meant
 */
export function filesCalled(path: string, only?: number): EnvFile[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const called = folderNames(folders.map(({ uri }) => uri.path));
  return folders
    .map((folder, index) => {
      const uri = vscode.Uri.joinPath(folder.uri, path);
      return folders.length === 1
        ? { uri, root: folder, path, place: path, key: path }
        : { uri, root: folder, path, place: `${called[index] ?? folder.name}/${path}`, key: uri.toString() };
    })
    .filter((_, index) => only === undefined || index === only);
}

function namedFiles(): Named[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({ name, path: uri.path }));
  const context = { folders, home: home(), environment: process.env };
  return envFileSetting().map((setting) => {
    const found = resolveEnvPath(setting, context);
    return 'why' in found
      ? { setting, files: [], why: found.why }
      : { setting, files: filesCalled(found.path, found.folder) };
  });
}

/** A process may run under a number that has no home. */
function home(): string {
  try {
    return homedir().replaceAll('\\', '/');
  } catch {
    return '';
  }
}

async function brokenFiles(
  { setting, files, why }: Named,
  groups: readonly EnvFileGroup<EnvFileText>[],
): Promise<ProfileEntry[]> {
  const label = `${SECTION}.${SETTINGS.envFile} "${echo(setting)}"`;
  const places = files.length > 0 ? files : [{ key: setting, place: setting }];
  const there = files.some(({ key }) => groups.some((group) => group.files.some((file) => file.key === key)));
  const says =
    why ??
    (there
      ? 'names no database: write DATABASE_URL=postgresql://user:password@host:5432/database into it, or name the file beside it that has one here too'
      : await whyUnread(files));
  return places.map(({ key, place }) => ({
    id: `env-file:${key}`,
    name: place,
    origin: 'env-file',
    problem: new Problem('invalid', `${label} ${says}.`),
  }));
}

async function whyUnread(files: readonly EnvFile[]): Promise<string> {
  const types = await Promise.all(
    files.map(async ({ uri }) => {
      try {
        return (await vscode.workspace.fs.stat(uri)).type;
      } catch {
        return vscode.FileType.Unknown;
      }
    }),
  );
  return types.some((type) => (type & vscode.FileType.Directory) !== 0)
    ? 'is a folder: name the files in it, such as .envs/.local/.postgres and .envs/.local/.django'
    : 'cannot be read: check the name of the file';
}

function isOf({ files }: Named, key: string): boolean {
  return files.some((file) => file.key === key);
}

function withoutHint({ id, name, origin, problem }: Extract<ProfileEntry, { problem: Problem }>): ProfileEntry {
  return { id, name, origin, problem };
}

/** @returns undefined when there is no such file, which is the usual case */
async function textOf(file: vscode.Uri): Promise<string | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MAX_BYTES) return undefined;
    return decodeEnvFile(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}

/** The path as a glob that means just it. */
function literal(path: string): string {
  return path.replace(/[[\]{}*?]/g, '[$&]');
}
