import { randomUUID } from 'node:crypto';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Problem } from '../diagnosis/problem';

/**
 * Writes a text file all or nothing: into a temporary file beside it, then renamed over it. Missing folders are made; a
 * symbolic link keeps pointing where it does; an existing file keeps its permissions.
 * @param label what the path was called, for the error: `--log-file`, `celeryTasks.logFile`
 * @throws Problem `invalid`, one sentence; the old file is then unchanged and no temporary file is left
 */
export async function saveText(path: string, text: string, label: string): Promise<void> {
  const target = await realpath(path).catch(() => resolve(path));
  const temporary = `${target}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const existing = await stat(target).catch(() => undefined);
    if (existing?.isDirectory() === true) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    const file = await open(temporary, 'wx', existing?.mode ?? 0o666);
    try {
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
  ENAMETOOLONG: 'the name is too long',
};

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (code || 'unknown error');
}
