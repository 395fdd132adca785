import type { SourceReport } from '../../src/model/sources';
import { closedPort, listen, silentServer, slowLink, trap, type TcpServer } from '../support/sockets';
import type { KeyPair } from '../support/certificates';
import type { Bench } from './bench';
import type { Attack, Fault } from './fault';
import { startOwnRedis } from './servers';

type Role = 'broker' | 'results';
type Sources = readonly SourceReport['name'][];

/** What cannot be read when a whole server is out of reach. The workers are seen, and INFO is read, on the broker. */
const OUT: Readonly<Record<Role, Sources>> = { broker: ['broker', 'workers', 'redis'], results: ['results'] };

const ROLES: readonly Role[] = ['broker', 'results'];

/** What can happen to either server from the first moment on. */
const UNREACHABLE: readonly Omit<Both, 'role'>[] = [
  {
    name: 'nothing listens there',
    at: async (bench, db) => ({ url: bench.redisUrl(db, { port: await closedPort() }) }),
    says: /^Connection refused at/,
  },
  {
    name: 'the host name is not known',
    at: (bench, db) => there(bench.redisUrl(db).replace('127.0.0.1', 'no-such-host.invalid')),
    says: /no-such-host\.invalid/,
  },
  {
    name: 'accepts and never answers',
    at: async (bench, db) => through(bench, db, await silentServer()),
    says: /didn't answer in time/,
    within: 45_000,
    slow: true,
  },
  {
    name: 'something else listens there',
    at: async (bench, db) =>
      through(bench, db, await listen((line) => line.on('data', () => line.write('HTTP/1.1 400 Bad Request\r\n\r\n')))),
    says: /isn't Redis/,
  },
  {
    name: 'wrong password',
    at: (bench, db) => there(bench.redisUrl(db, { password: 'wrong-redis-password' }), ['wrong-redis-password']),
    says: /^Wrong user or password/,
  },
  {
    name: 'no password',
    at: (bench, db) => there(bench.redisUrl(db).replace(/\/\/.*@/, '//')),
    says: /requires a password/,
  },
  {
    name: 'wrong database number',
    at: (bench) => there(bench.redisUrl(4711)),
    says: /has no database 4711/,
  },
  {
    name: 'TLS is asked for, the server has none',
    at: (bench, db) => there(bench.redisUrl(db, { scheme: 'rediss' })),
    says: /TLS|didn't answer|closed the connection/,
  },
  {
    name: 'the server wants TLS, the URL says redis://',
    at: (bench, db) => overTls(bench, db, bench.spare.certificates.server, 'redis'),
    says: /closed the connection|rediss:\/\//,
  },
  {
    name: 'a self-signed certificate',
    at: (bench, db) => overTls(bench, db, bench.spare.certificates.selfSigned, 'rediss'),
    says: /self.signed/,
  },
  {
    name: 'a certificate that has expired',
    at: (bench, db) => overTls(bench, db, bench.spare.certificates.expired, 'rediss'),
    says: /has expired or isn't valid yet .*Renew it/,
  },
  {
    name: 'a certificate for another name',
    at: (bench, db) =>
      overTls(bench, db, bench.spare.certificates.wrongName, 'rediss', `ssl_ca_certs=${bench.spare.certificates.ca}`),
    says: /is for (elsewhere\.invalid|another host)/,
  },
];

interface Both {
  readonly name: string;
  readonly at: (
    bench: Bench,
    db: number,
  ) => Promise<{ url: string; heal?: () => Promise<void>; secrets?: readonly string[] }>;
  readonly says: RegExp;
  readonly within?: number;
  readonly slow?: boolean;
}

/** Everything that can happen to a Redis. The task table's part of the answer is always there. */
export const REDIS_FAULTS: readonly Fault[] = [
  ...ROLES.flatMap((role) =>
    UNREACHABLE.map(({ name, at, says, ...limits }): Fault => ({
      name: `Redis (${role}): ${name}`,
      inject: async (bench) => {
        const { url, heal, secrets } = await at(bench, role === 'broker' ? 0 : 1);
        return { ...asRole(role, url), ...(heal ? { heal } : {}), ...(secrets ? { secrets } : {}) };
      },
      expected: { ends: 'partial', unavailable: OUT[role], says },
      ...limits,
    })),
  ),
  {
    name: 'Redis: the server is stopped',
    inject: async (bench) => {
      await bench.stopRedis();
      return { heal: () => bench.renewRedis() };
    },
    expected: { ends: 'partial', unavailable: ['broker', 'workers', 'results', 'redis'], says: /^Connection refused/ },
  },
  {
    name: 'Redis: no client more is let in (maxclients)',
    inject: async (bench) => {
      const { Redis } = await import('ioredis');
      const held = new Redis({ ...bench.redisPlace, password: bench.secrets[1]!, lazyConnect: true });
      await held.connect();
      await held.config('SET', 'maxclients', 1);
      return {
        heal: async () => {
          await held.config('SET', 'maxclients', 10_000);
          held.disconnect();
        },
      };
    },
    expected: {
      ends: 'partial',
      unavailable: ['broker', 'workers', 'results', 'redis'],
      says: /has no free connection|closed the connection/,
    },
  },
  ...(
    [
      ['broker', 'smembers'],
      ['broker', 'llen'],
      ['broker', 'lrange'],
      ['broker', 'hscan'],
      ['broker', 'info'],
      ['results', 'mget'],
    ] as const
  ).map(([role, command]): Fault => ({
    // The question is asked once more over a new line.
    name: `Redis (${role}): the connection is cut once, when ${command.toUpperCase()} is sent`,
    inject: (bench) => trapped(bench, role, command, (line) => line.resetAndDestroy()),
    expected: { ends: 'whole' },
  })),
  ...['smembers', 'lrange', 'hscan'].map((command): Fault => ({
    name: `Redis: killed when ${command.toUpperCase()} is sent (kill -9)`,
    inject: async (bench) => {
      const made = await trapped(bench, 'broker', command, () => {
        void bench.killRedis();
      });
      return {
        ...made,
        heal: async () => {
          await made.heal?.();
          await bench.renewRedis();
        },
      };
    },
    expected: {
      ends: 'partial',
      unavailable: ['broker', 'workers', 'results', 'redis'],
      says: /closed the connection|Connection refused/,
    },
  })),
  {
    name: 'Redis (broker): stops answering in the middle of the search',
    inject: (bench) => trapped(bench, 'broker', 'lrange', () => undefined),
    expected: { ends: 'partial', unavailable: ['broker', 'workers', 'redis'], says: /didn't answer in time/ },
    within: 45_000,
    slow: true,
  },
  {
    name: 'Redis: the server stands still for a second',
    inject: (bench) =>
      Promise.resolve({
        meanwhile: () =>
          bench.asAdmin(async (redis) => {
            await redis.call('CLIENT', 'PAUSE', '1000', 'ALL');
          }),
      }),
    expected: { ends: 'whole' },
  },
  ...(
    [
      ['-lrange', ['broker'], /run LRANGE/],
      ['-llen', ['broker'], /run LLEN/],
      ['-smembers', ['broker'], /run SMEMBERS/],
      ['-scan', ['broker'], /run SCAN/],
      ['-hscan', ['broker'], /run HSCAN/],
      // That nobody else is in CLIENT LIST may be because it shows only us: INFO would say how many there are.
      ['-info', ['workers', 'redis'], /INFO/],
      ['-select', ['results'], /run SELECT/],
      ['-mget', ['results'], /run MGET/],
    ] as const
  ).map(([rule, out, says]): Fault => ({
    name: `Redis: an ACL without ${rule.slice(1).toUpperCase()}`,
    inject: async (bench) => {
      await bench.asAdmin((redis) =>
        redis.call('ACL', 'SETUSER', 'few', 'on', '>few-password', '~*', '&*', '+@all', rule),
      );
      const of = { user: 'few', password: 'few-password' };
      return {
        brokerUrl: bench.redisUrl(0, of),
        resultsUrl: bench.redisUrl(1, of),
        secrets: ['few-password'],
        heal: () =>
          bench.asAdmin(async (redis) => {
            await redis.call('ACL', 'DELUSER', 'few');
          }),
      };
    },
    expected: { ends: 'partial', unavailable: out, says },
  })),
  {
    name: 'Redis: a slow link that drips',
    // Thousands of ticks, each of which takes as long as a busy machine lets it.
    within: 60_000,
    inject: async (bench) => {
      const line = await slowLink(bench.redisPlace, { delayMs: 20, bytesPerTick: 300 });
      return {
        brokerUrl: bench.redisUrl(0, { port: line.port }),
        resultsUrl: bench.redisUrl(1, { port: line.port }),
        heal: line.close,
      };
    },
    expected: { ends: 'whole' },
  },
];

function there(url: string, secrets?: readonly string[]): Promise<{ url: string; secrets?: readonly string[] }> {
  return Promise.resolve({ url, ...(secrets ? { secrets } : {}) });
}

function through(bench: Bench, db: number, server: TcpServer): { url: string; heal: () => Promise<void> } {
  return { url: bench.redisUrl(db, { port: server.port }), heal: server.close };
}

async function overTls(
  bench: Bench,
  db: number,
  certificate: KeyPair,
  scheme: 'redis' | 'rediss',
  option?: string,
): Promise<{ url: string; heal: () => Promise<void>; secrets: readonly string[] }> {
  const server = await startOwnRedis(undefined, certificate);
  const { port, password } = server;
  const url = bench.redisUrl(db, { port, password, scheme });
  return { url: option === undefined ? url : `${url}?${option}`, heal: server.stop, secrets: [password] };
}

function asRole(role: Role, url: string): Pick<Attack, 'brokerUrl' | 'resultsUrl'> {
  return role === 'broker' ? { brokerUrl: url } : { resultsUrl: url };
}

/** Something happens when a command of ours is on its way. */
async function trapped(bench: Bench, role: Role, command: string, caught: Parameters<typeof trap>[2]): Promise<Attack> {
  const line = await trap(bench.redisPlace, new RegExp(`\\r\\n${command}\\r\\n`, 'i'), caught);
  return { ...asRole(role, bench.redisUrl(role === 'broker' ? 0 : 1, { port: line.port })), heal: line.close };
}
