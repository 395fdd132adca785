import { chownSync, cpSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A server of one test's own, which it may kill. */
export interface OwnPostgres {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
}

/** The newest PostgreSQL. @param settings of postgresql.conf */
export async function startOwnPostgres(settings: Readonly<Record<string, string>> = {}): Promise<OwnPostgres> {
  const { startPostgres } = await import('../../tools/servers/index.mjs');
  return startPostgres({ settings: { shared_buffers: '16MB', ...settings } });
}

/** A primary with `prepare` done in it, and a standby that has the same. */
export async function startPair(
  folder: string,
  prepare: (url: string) => Promise<void>,
): Promise<{ primary: OwnPostgres; standby: OwnPostgres; stop: () => Promise<void> }> {
  const { startPostgres } = await import('../../tools/servers/index.mjs');
  const settings = { wal_level: 'replica', shared_buffers: '16MB' };
  const first = await startPostgres({ dataDir: join(folder, 'primary'), settings });
  try {
    await prepare(first.url);
  } finally {
    await first.stop();
  }
  const copy = await startPostgres({ dataDir: join(folder, 'standby'), settings });
  await copy.stop();
  const [from, to] = [first.dataDir, copy.dataDir].map((dir) => join(dir, 'cluster')) as [string, string];
  const { uid, gid } = statSync(to);
  rmSync(to, { recursive: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
  writeFileSync(join(to, 'standby.signal'), '');
  own(to, uid, gid);
  cpSync(join(first.dataDir, 'password'), join(copy.dataDir, 'password'));
  const primary = await startPostgres({ dataDir: join(folder, 'primary'), settings });
  const standby = await startPostgres({ dataDir: join(folder, 'standby'), settings });
  const stop = async (): Promise<void> => {
    await Promise.all([primary.stop(), standby.stop()]);
    for (const { dataDir } of [primary, standby]) rmSync(dataDir, { recursive: true, force: true });
  };
  return { primary, standby, stop };
}

/** The copy is ours; the server's user must own it, as it did the original. */
function own(folder: string, uid: number, gid: number): void {
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) own(path, uid, gid);
    else chownSync(path, uid, gid);
  }
}
