import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { throwIfCancelled } from '../base/problem';
import { decodePython } from '../python/encoding';
import { listedOnce, NOT_OURS } from '../python/listed';
import type { SourceFiles } from '../python/model';

/** A longer file is not code that somebody wrote by hand. */
const MOST_BYTES = 2 * 1024 * 1024;
const LEFT_OUT = new Set(NOT_OURS);

/**
 * The Python files of a folder, for the terminal. Nothing is listed or read before the first question. A folder that cannot be listed
 * counts as empty; links to folders are not followed, so that a circle of them ends.
 * @param root the folder's path
 */
export function folderSources(root: string): SourceFiles {
  const list = async (signal: AbortSignal): Promise<readonly string[]> => {
    const found: string[] = [];
    const folders = [root];
    for (const folder of folders) {
      throwIfCancelled(signal);
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) folders.push(join(folder, entry.name));
        else if (entry.isFile() && entry.name.endsWith('.py')) found.push(join(folder, entry.name));
      }
    }
    return found.sort();
  };
  return listedOnce({
    python: list,
    // Asked of the list.
    find: () => Promise.resolve([]),
    read: async (file) => {
      if ((await stat(file)).size > MOST_BYTES) throw new RangeError('The file is too large to be read as code.');
      return decodePython(await readFile(file));
    },
    path: (file) => relative(root, file).split(sep).join('/'),
  });
}
