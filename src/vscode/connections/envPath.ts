import { posix } from 'node:path';

/** A folder of the workspace. */
interface Folder {
  readonly name: string;
  /** With `/`, as in its URI. */
  readonly path: string;
}

/** What a path in the settings may refer to. */
export interface PathContext {
  readonly folders: readonly Folder[];
  /** The user's home folder, with `/`. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A path inside the workspace's folders, or why it is none as the end of a sentence. */
export type EnvPath =
  /** `folder` is the place of the one folder that is meant; absent: each has its own. */
  { readonly path: string; readonly folder?: number } | { readonly why: string };

const VARIABLE = /\$\{([^{}]*)\}/;
const OUTSIDE = 'leads out of the folder: name a file inside it, such as .env.production';

/**
 * Reads a path of `celeryTasks.envFile`. Other settings of editors take `${workspaceFolder}`, `${workspaceFolder:name}`, `${userHome}` and
 * `${env:NAME}` (https://code.visualstudio.com/docs/reference/variables-reference), and so does this one. The setting may come with a
 * workspace of others, so what leads out of its folders is refused, however it is written.
 */
export function resolveEnvPath(setting: string, context: PathContext): EnvPath {
  const filled = fill(
    setting
      .trim()
      .replaceAll('\\', '/')
      .replace(/^~(?=\/|$)/, () => context.home),
    context,
  );
  if ('why' in filled) return filled;
  const { path: written, folder } = filled;
  if (isAbsolute(written)) return inFolder(withoutDrive(posix.normalize(written)), context);
  if (/^~|^[a-z][a-z0-9+.-]+:/i.test(written)) return { why: OUTSIDE };
  const path = posix.normalize(written === '' ? '.' : written).replace(/\/$/, '');
  if (path === '..' || path.startsWith('../')) return { why: OUTSIDE };
  if (path === '.') return { why: 'is the folder itself: name a file in it, such as .env.production' };
  return { path, ...(folder === undefined ? {} : { folder }) };
}

function fill(text: string, context: PathContext): EnvPath {
  const [, name] = /^\$\{(?:workspaceFolder|workspaceRoot)(?::([^{}]*))?\}\/?/.exec(text) ?? [];
  const rest = text.replace(/^\$\{(?:workspaceFolder|workspaceRoot)(?::[^{}]*)?\}\/*/, '');
  const folder = name === undefined ? undefined : context.folders.findIndex((one) => one.name === name);
  if (folder === -1) {
    const names = context.folders.map((one) => one.name).join(', ');
    return { why: `names a folder that this workspace does not have: it has ${names === '' ? 'none' : names}` };
  }
  let path = rest;
  for (let found = VARIABLE.exec(path); found; found = VARIABLE.exec(path)) {
    const value = valueOf(found[1] ?? '', context);
    if (typeof value !== 'string') return value;
    path = path.slice(0, found.index) + value + path.slice(found.index + found[0].length);
  }
  // From the folder on, also where what follows would be a path from the root of the machine.
  if (rest !== text) path = path.replace(/^\/+/, '');
  return { path, ...(folder === undefined ? {} : { folder }) };
}

function valueOf(name: string, { home, environment }: PathContext): string | { readonly why: string } {
  if (name === 'userHome') return home;
  if (name === '/' || name === 'pathSeparator') return '/';
  if (!name.startsWith('env:'))
    return {
      why: `has \${${name.slice(0, 40)}}, which is not filled in here: write the path from the folder, such as backend/.env`,
    };
  const variable = name.slice('env:'.length);
  const value = environment[variable]?.trim();
  // A value with a variable in it would be filled in again and again.
  if (value !== undefined && value !== '' && !VARIABLE.test(value)) return value.replaceAll('\\', '/');
  return {
    why: `refers to the environment variable ${variable.slice(0, 80)}, which is not set: write the path from the folder, such as backend/.env`,
  };
}

function isAbsolute(path: string): boolean {
  return /^\/|^[a-z]:(?:\/|$)/i.test(path);
}

/** A URI's path has a `/` before the drive, and small letters. */
function withoutDrive(path: string): string {
  return /^[a-z]:/i.test(path) ? `/${path.slice(0, 1).toLowerCase()}${path.slice(1)}` : path;
}

function inFolder(path: string, { folders }: PathContext): EnvPath {
  const inside = folders
    .map((one, folder) => ({ root: withoutDrive(one.path).replace(/\/+$/, ''), folder }))
    .filter(({ root }) => path.startsWith(`${root}/`))
    .sort((one, other) => other.root.length - one.root.length)[0];
  return inside ? { path: path.slice(inside.root.length + 1), folder: inside.folder } : { why: OUTSIDE };
}
