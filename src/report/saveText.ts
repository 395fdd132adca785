import { randomUUID } from 'node:crypto';
import { mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Problem } from '../base/problem';

/**
 * Writes a text file all or nothing: into a temporary file beside it, then renamed over it. Missing folders are made; a
 * symbolic link keeps pointing where it does; an existing file keeps its permissions. A pipe or a device is refused: to be
 * replaced by a file would be its end.
 * @param label what the path was called, for the error: `--log-file`, `celeryTasks.logFile`
 * @throws Problem `invalid`, one sentence; the old file is then unchanged and no temporary file is left
 */
export async function saveText(path: string, text: string, label: string): Promise<void> {
  const target = await linkTarget(path);
  const temporary = join(dirname(target), `.${randomUUID().slice(0, 8)}.tmp`);
  try {
    await makeFolder(dirname(target));
    const existing = await stat(target).catch(ifMissing);
    if (existing?.isDirectory() === true) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    if (existing?.isFile() === false) throw Object.assign(new Error('it is no file'), { code: 'ENXIO' });
    const file = await open(temporary, 'wx');
    try {
      // Not by open(), whose mode the umask cuts.
      if (existing) await file.chmod(existing.mode & 0o777);
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Problem('invalid', `${label}: ${path} cannot be written (${reason(error)}): choose another place.`, {
      cause: error,
    });
  }
}

/** Where writing to `path` would end: also behind a link whose file does not exist yet. */
async function linkTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? resolve(path) : resolve(dirname(path), link);
  }
}

/** Not mkdir's `recursive`: Node 20 never comes back from it where a file system answers ENOENT (/proc, some automounts). */
async function makeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    // Another writer was faster; if it is a file, opening ours says so.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'its folder cannot be made',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  ENXIO: 'it is a pipe or a device',
  ELOOP: 'it is a link that leads to itself',
  ENAMETOOLONG: 'the name is too long',
};

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (code || 'unknown error');
}
