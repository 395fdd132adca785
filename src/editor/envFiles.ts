import * as vscode from 'vscode';
import { readEnvFile } from '../connection/envFile';
import { folderNames } from '../connection/folderNames';
import { isBroken, profileFromVariables, type BrokenProfile, type ProfileEntry } from '../connection/profile';
import { echo } from '../diagnosis/echo';
import { Problem } from '../diagnosis/problem';
import { SECTION, SETTINGS } from '../contributions';
import { envFileSetting } from './settings';

/** Always looked at, in every folder. */
const STANDARD = '.env';
/** Far beyond any `.env`; what is bigger is something else. */
const MAX_BYTES = 1024 * 1024;
/** Files that a project keeps beside its `.env`, and those among them that only show what to write. */
const ENV_FILE = /^\.env\.[\w.-]+$|^[\w-]+\.env$/;
const TEMPLATE = /(^|[._-])(example|sample|template|dist|defaults?|schema|vault)([._-]|$)/i;
const MAX_FILES = 20;

interface EnvFile {
  readonly uri: vscode.Uri;
  /** As people call it: `.env`, and with several folders `backend/.env`. */
  readonly place: string;
  /** What tells it from every other file. */
  readonly key: string;
}

/**
 * The connections of the files that are read: each folder's `.env`, and what `celeryTasks.envFile` names. A file of the setting that is
 * in no folder, leads outside, or names no database comes as a connection that cannot be used.
 */
export async function envFileProfiles(): Promise<ProfileEntry[]> {
  const standard = await Promise.all(filesCalled(STANDARD).map(profileOf));
  const named = await Promise.all(
    envFileSetting()
      .filter((path) => path !== STANDARD)
      .map(namedProfiles),
  );
  return [...standard, ...named.flat()].filter((entry) => entry !== undefined);
}

/** A file with a database in it that nobody has named yet. */
export interface UnreadEnvFile {
  /** As `celeryTasks.envFile` takes it. */
  readonly path: string;
  readonly profile: Exclude<ProfileEntry, BrokenProfile>;
}

/** Files such as `.env.production` that lie beside `.env` and are not read yet. Looks at their names, then into those few. */
export async function unreadEnvFiles(): Promise<UnreadEnvFile[]> {
  const read = new Set([STANDARD, ...envFileSetting()]);
  const listings = await Promise.all((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => names(uri)));
  const paths = [...new Set(listings.flat())].filter((name) => !read.has(name)).sort();
  const found = await Promise.all(
    paths
      .slice(0, MAX_FILES)
      .flatMap((path) => filesCalled(path).map(async (file) => ({ path, profile: await profileOf(file) }))),
  );
  return found.flatMap(({ path, profile }) => (profile && !isBroken(profile) ? [{ path, profile }] : []));
}

/** The file that a connection of one was read from. */
export function envFileOf(entry: Pick<ProfileEntry, 'id'>): vscode.Uri | undefined {
  return [STANDARD, ...envFileSetting()].flatMap(filesCalled).find(({ key }) => `env-file:${key}` === entry.id)?.uri;
}

/** Watches the files that are read, and only those: not the ones of packages and fixtures somewhere below. */
export function watchEnvFiles(changed: () => void): vscode.Disposable {
  const watchers = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) =>
    [STANDARD, ...envFileSetting().filter(isInside)].map((path) => {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, literal(path)));
      return vscode.Disposable.from(
        watcher,
        watcher.onDidCreate(changed),
        watcher.onDidChange(changed),
        watcher.onDidDelete(changed),
      );
    }),
  );
  return vscode.Disposable.from(...watchers);
}

/** The places of one path, one in each folder. */
function filesCalled(path: string): EnvFile[] {
  if (!isInside(path)) return [];
  const folders = vscode.workspace.workspaceFolders ?? [];
  const called = folderNames(folders.map(({ uri }) => uri.path));
  return folders.map((folder, index) => {
    const uri = vscode.Uri.joinPath(folder.uri, path);
    return folders.length === 1
      ? { uri, place: path, key: path }
      : { uri, place: `${called[index] ?? folder.name}/${path}`, key: uri.toString() };
  });
}

async function namedProfiles(path: string): Promise<(ProfileEntry | undefined)[]> {
  const label = `${SECTION}.${SETTINGS.envFile} "${echo(path)}"`;
  const files = filesCalled(path);
  const broken = (why: string): ProfileEntry[] => {
    const problem = new Problem('invalid', `${label} ${why}.`);
    const places = files.length > 0 ? files : [{ key: path, place: path }];
    return places.map(({ key, place }) => ({ id: `env-file:${key}`, name: place, origin: 'env-file', problem }));
  };
  if (!isInside(path)) return broken('leads out of the folder: name a file inside it, such as .env.production');
  const texts = await Promise.all(files.map(({ uri }) => textOf(uri)));
  if (texts.every((text) => text === undefined)) return broken('cannot be read: check the name of the file');
  const entries = files.map((file, index) => profileOfText(file, texts[index]));
  if (entries.some((entry) => entry !== undefined)) return entries;
  return broken('names no database: write DATABASE_URL=postgresql://user:password@host:5432/database into it');
}

async function profileOf(file: EnvFile): Promise<ProfileEntry | undefined> {
  return profileOfText(file, await textOf(file.uri));
}

function profileOfText({ place, key }: EnvFile, text: string | undefined): ProfileEntry | undefined {
  return text === undefined ? undefined : profileFromVariables(readEnvFile(text), 'env-file', place, key);
}

/** @returns undefined when there is no such file, which is the usual case */
async function textOf(file: vscode.Uri): Promise<string | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MAX_BYTES) return undefined;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}

async function names(folder: vscode.Uri): Promise<string[]> {
  try {
    const listing = await vscode.workspace.fs.readDirectory(folder);
    return listing.map(([name]) => name).filter((name) => ENV_FILE.test(name) && !TEMPLATE.test(name));
  } catch {
    return [];
  }
}

/** A path that stays in its folder; a workspace's settings come from others. */
function isInside(path: string): boolean {
  return !/^[\\/~]|^[a-z][a-z0-9+.-]*:|(^|[\\/])\.\.([\\/]|$)/i.test(path);
}

/** The path as a glob that means just it. */
function literal(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/^\.\//, '')
    .replace(/[[\]{}*?]/g, '[$&]');
}
