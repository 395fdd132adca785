import * as vscode from 'vscode';
import { groupEnvFiles } from '../../connect/env/envFileGroups';
import { Problem } from '../../base/problem';
import { isBroken, type ConnectionProfile, type ProfileEntry } from '../../connect/profile';
import { keyOf } from '../../connect/servers';
import { filesCalled, readAll, readFiles } from './envFiles';
import { findEnvFiles, type ListFolder } from './envSearch';

/** A connection in files that no setting names yet. */
export interface UnreadEnvFiles {
  /** As `celeryTasks.envFile` takes them. */
  readonly paths: readonly string[];
  readonly profile: ConnectionProfile;
}

/**
 * Connections of files such as `.env.production`, `backend/.env` or `.envs/.local/.postgres` that are not read yet, also of those that
 * complete one that is. Looks at names, then into those few; none of them is used before the user chooses it.
 */
export async function unreadEnvFiles(): Promise<UnreadEnvFiles[]> {
  const listings = await Promise.all(
    (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => findEnvFiles(lister(uri))),
  );
  const paths = [...new Set(listings.flat())];
  const read = readFiles();
  const known = new Set(read.map(({ key }) => key));
  const unread = new Map(
    paths.flatMap((path) =>
      filesCalled(path)
        .filter(({ key }) => !known.has(key))
        .map((file) => [file.key, { file, path }]),
    ),
  );
  const readAlready = await readAll(read);
  const before = new Set(groupEnvFiles(readAlready).map(({ entry }) => servers(entry)));
  const found = groupEnvFiles([...readAlready, ...(await readAll([...unread.values()].map(({ file }) => file)))]);
  return found.flatMap(({ files, entry }) => {
    const named = [...new Set(files.flatMap(({ key }) => unread.get(key)?.path ?? []))];
    if (named.length === 0 || !entry || isBroken(entry) || before.has(servers(entry))) return [];
    return [{ paths: named, profile: entry }];
  });
}

/** What a connection asks, to tell whether a file adds anything to it. */
function servers(entry: ProfileEntry | undefined): string {
  if (!entry || isBroken(entry)) return entry?.id ?? '';
  const { id, database, written, broker, results } = entry;
  return keyOf([id, database, written, unclear(broker), unclear(results)]);
}

/** Why no server is taken although variables look like one. */
function unclear(target: ConnectionProfile['broker']): string | undefined {
  return target instanceof Problem && target.kind === 'not-configured' ? target.message : undefined;
}

function lister(root: vscode.Uri): ListFolder {
  return async (path) => {
    try {
      const entries = await vscode.workspace.fs.readDirectory(path === '' ? root : vscode.Uri.joinPath(root, path));
      return entries.map(([name, type]) => [name, type === vscode.FileType.Directory] as const);
    } catch {
      return [];
    }
  };
}
