/** Lists a folder: names, and which of them are folders (links are none: they may lead round in circles). */
export type ListFolder = (path: string) => Promise<readonly (readonly [name: string, isFolder: boolean])[]>;

/** `.env`, `.env.production`, `prod.db.env`. */
const ENV_FILE = /^\.env(\.[\w.-]+)?$|^[\w-][\w.-]*\.env$/;
/** Folders whose hidden files are all of this kind, as `.envs/.local/.postgres` of cookiecutter-django. */
const ENV_FOLDER = /^\.?envs?$|^environments?$/;
const HIDDEN_FILE = /^\.[a-z][\w-]*$/i;
const NO_ENV_FILE = /^\.(git\w+|docker\w*|DS_Store|keep|editorconfig|npmrc|eslint\w*|prettier\w*|bash\w*|profile)$/i;
/** Files that only show what to write. */
const TEMPLATE = /(^|[._-])(example|sample|template|dist|defaults?|schema|vault|bak|orig|swp)([._-]|$)|~$/i;
/** Where packages, builds and tools keep what is not the project's. */
const FOREIGN = new Set([
  'node_modules',
  'bower_components',
  'site-packages',
  'dist-packages',
  'venv',
  '.venv',
  'virtualenv',
  '.virtualenv',
  '.tox',
  '.nox',
  '__pycache__',
  '.git',
  '.hg',
  '.svn',
  '.idea',
  '.vscode',
  '.cache',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.terraform',
  '.next',
  'build',
  'dist',
  'target',
  'vendor',
  'static',
  'staticfiles',
  'media',
  'migrations',
]);
/** `apps/backend/config/.env` is as deep as projects have it. */
const MAX_DEPTH = 3;
const MAX_FOLDERS = 400;
const MAX_FILES = 40;

/**
 * The files like `.env` in a project, those near its root first: by their names, and only so deep and so many that a large tree takes
 * no time. Folders of packages, builds and virtual environments are left out.
 * @param list the folders below the root by their path with `/`; the root is empty. One that cannot be listed is empty.
 * @returns paths from the root
 */
export async function findEnvFiles(list: ListFolder): Promise<string[]> {
  const found: string[] = [];
  let level = [''];
  let listed = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const folders = level.slice(0, MAX_FOLDERS - listed);
    listed += folders.length;
    const next: string[] = [];
    for (const [index, entries] of (await Promise.all(folders.map(list))).entries()) {
      const folder = folders[index] ?? '';
      // A virtual environment by any name.
      if (entries.some(([name]) => name === 'pyvenv.cfg')) continue;
      for (const [name, isFolder] of entries) {
        const path = folder === '' ? name : `${folder}/${name}`;
        if (isFolder && !FOREIGN.has(name)) next.push(path);
        else if (!isFolder && isEnvFile(name, folder)) found.push(path);
      }
    }
    level = next.sort();
  }
  const depthOf = (path: string): number => path.split('/').length;
  return found.sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1)).slice(0, MAX_FILES);
}

function isEnvFile(name: string, folder: string): boolean {
  if (TEMPLATE.test(name)) return false;
  if (ENV_FILE.test(name)) return true;
  return folder.split('/').some((part) => ENV_FOLDER.test(part)) && HIDDEN_FILE.test(name) && !NO_ENV_FILE.test(name);
}
