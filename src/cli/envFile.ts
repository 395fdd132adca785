/** The connection of a `.env` file, found the way the editor finds it (vscode/connections/envFiles.ts). */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Problem } from '../base/problem';
import { echo } from '../base/quoteInput';
import { celeryAddress } from '../connect/celeryTarget';
import type { CeleryTargets } from '../connect/celeryUrl';
import { decodeEnvFile, readEnvFile } from '../connect/env/envFile';
import { groupEnvFiles, type EnvFileText } from '../connect/env/envFileGroups';
import { postgresAddress } from '../connect/postgres/postgresUrl';
import { celeryOfEnvFile, isBroken, isHint, type ConnectionProfile } from '../connect/profile';
import type { Servers } from '../connect/servers';
import { usage } from './flags';

const STANDARD = '.env';
/** No `.env` is nearly as large: a bigger file is something else. */
const MAX_BYTES = 1024 * 1024;

/** What the `.env` files say. */
export interface EnvFile {
  /** The files as people call them: `.env`, `.envs/.local/.postgres + .django`. */
  readonly place: string;
  /** The connection that they make. */
  readonly profile?: ConnectionProfile;
  /** Why they make none although they name a database, or look like it. */
  readonly problem?: Problem;
  /** Where broker and results are by files that name no database. */
  readonly celery?: CeleryTargets;
}

/**
 * Reads the files of `--env-file`, or the `.env` of the working folder where that is there.
 * @param named values of the flag
 * @param folder the working folder
 * @returns undefined where there is no file, or nothing in it that is of use
 * @throws Problem `invalid`, one sentence, where a file that was named cannot be read or names no server
 */
export async function readEnvFiles(named: readonly string[] | undefined, folder: string): Promise<EnvFile | undefined> {
  const paths = named ?? [STANDARD];
  const texts = (await Promise.all(paths.map((path) => textOf(path, folder, named !== undefined)))).filter(
    (text) => text !== undefined,
  );
  const found = texts.length === 0 ? undefined : connectionOf(texts);
  if (named && !found)
    throw usage(
      `--env-file ${echo(paths.join(' '))} names no server: write DATABASE_URL=postgresql://user:password@host:5432/database into it.`,
    );
  return found;
}

/** Of several connections the first that can be used, as in the editor. */
function connectionOf(texts: readonly EnvFileText[]): EnvFile | undefined {
  const groups = groupEnvFiles(texts).flatMap(({ entry, files }) => (entry ? [{ entry, place: placeOf(files) }] : []));
  const usable = groups.find(({ entry }) => !isBroken(entry));
  if (usable && !isBroken(usable.entry)) return { place: usable.place, profile: usable.entry };
  const broken = groups.find(({ entry }) => !isHint(entry)) ?? groups[0];
  const problem = broken && isBroken(broken.entry) ? broken.entry.problem : undefined;
  // Of a database that cannot be read, nobody knows whether it is the one that is checked.
  const celery = broken && !isHint(broken.entry) ? undefined : celeryOf(texts);
  if (!problem && !celery) return undefined;
  return {
    place: celery?.place ?? broken?.place ?? placeOf(texts),
    ...(problem ? { problem } : {}),
    ...(celery ? { celery: celery.targets } : {}),
  };
}

/** Broker and results of the first file that names one. Files that differ are not mixed. */
function celeryOf(texts: readonly EnvFileText[]): { place: string; targets: CeleryTargets } | undefined {
  return texts
    .map(({ variables, place }) => ({ place, targets: celeryOfEnvFile(variables, place) }))
    .find(({ targets }) => targets.broker ?? targets.results);
}

function placeOf(files: readonly EnvFileText[]): string {
  return files.map(({ place }) => place).join(' + ');
}

async function textOf(path: string, folder: string, named: boolean): Promise<EnvFileText | undefined> {
  const file = isAbsolute(path) ? path : join(folder, path);
  const cannot = (why: string): Problem => usage(`--env-file ${echo(path)} cannot be read (${why}): check its name.`);
  try {
    const found = await stat(file);
    if (!found.isFile() && !found.isFIFO()) throw cannot(found.isDirectory() ? 'it is a folder' : 'it is no file');
    if (found.size > MAX_BYTES) throw cannot('it is larger than 1 MB');
    const text = decodeEnvFile(await readFile(file));
    return {
      folder: dirname(file),
      name: basename(file),
      place: path,
      key: file,
      variables: readEnvFile(text),
    };
  } catch (error) {
    // A file that nobody named may be anything.
    if (!named) return undefined;
    throw error instanceof Problem ? error : cannot(reason(error));
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  return code === 'EACCES' || code === 'EPERM' ? 'no permission' : code;
}

/** `Read .env: database 127.0.0.1:5432/shop, broker 127.0.0.1:6379/0.`, with what a check takes from it, and never a password. */
export function envFileNote({ place }: EnvFile, taken: Partial<Servers>): string | undefined {
  const { database, broker, results, resultsDatabase } = taken;
  const other = resultsDatabase instanceof Problem ? undefined : resultsDatabase;
  const parts = [
    database && `database ${postgresAddress(database)}`,
    broker && (broker instanceof Problem ? 'a broker that cannot be read' : `broker ${celeryAddress(broker)}`),
    results &&
      (results instanceof Problem ? 'a result backend that cannot be read' : `results ${celeryAddress(results)}`),
    other && `results ${postgresAddress(other)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `Read ${echo(place)}: ${parts.join(', ')}.`;
}
