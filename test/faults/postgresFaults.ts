import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { until } from '../support/database';
import { closedPort, proxy, silentServer, slowLink, trap } from '../support/sockets';
import { TABLE } from '../support/taskTable';
import type { Attack, Expected, Fault } from './fault';
import type { Bench } from './bench';
import type { Certificate, SparePostgres } from './servers';

const LOST: Expected = { ends: 'problem', kind: 'connection-lost', says: /[Cc]heck again/ };

/** Everything that can happen to PostgreSQL. Without it there is no result. */
export const POSTGRES_FAULTS: readonly Fault[] = [
  {
    name: 'PostgreSQL: nothing listens there',
    inject: async (bench) => ({ databaseUrl: change(bench.databaseUrl, { port: String(await closedPort()) }) }),
    expected: { ends: 'problem', kind: 'refused', says: /^Connection refused at/ },
  },
  {
    name: 'PostgreSQL: the host name is not known',
    inject: (bench) => attack({ databaseUrl: change(bench.databaseUrl, { hostname: 'no-such-host.invalid' }) }),
    expected: { ends: 'problem', kind: 'host-not-found', says: /no-such-host\.invalid/ },
  },
  {
    name: 'PostgreSQL: accepts and never answers',
    inject: async (bench) => {
      const silent = await silentServer();
      const databaseUrl = change(bench.databaseUrl, { port: String(silent.port) });
      return { databaseUrl, connectTimeoutMs: 400, heal: silent.close };
    },
    expected: { ends: 'problem', kind: 'timeout', says: /didn't answer in time/ },
  },
  {
    name: 'PostgreSQL: stops answering in the middle of a query',
    inject: async (bench) => {
      let frozen = false;
      const line = await proxy(bench.postgresPlace, () => frozen);
      return {
        databaseUrl: change(bench.databaseUrl, { port: String(line.port) }),
        table: 'slow',
        statementTimeoutMs: 200,
        meanwhile: async () => {
          await bench.database.untilRunning('from "public"."slow"');
          frozen = true;
        },
        heal: line.close,
      };
    },
    expected: { ends: 'problem', kind: 'timeout', says: /didn't answer in time/ },
    within: 25_000,
    slow: true,
  },
  {
    name: 'PostgreSQL: the server is stopped',
    inject: (bench) =>
      onSpare(bench, async (spare) => {
        await spare.down();
        return { databaseUrl: spare.url(), heal: () => spare.up() };
      }),
    expected: { ends: 'problem', kind: 'refused', says: /Connection refused/ },
  },
  {
    name: 'PostgreSQL: the server is killed in the middle of a query (kill -9)',
    inject: (bench) =>
      onSpare(bench, (spare) =>
        attack({
          databaseUrl: spare.url(),
          table: 'slow',
          meanwhile: async () => {
            await runningOn(spare);
            process.kill(spare.postmaster(), 'SIGKILL');
          },
          heal: () => spare.up(),
        }),
      ),
    expected: LOST,
  },
  {
    name: 'PostgreSQL: our server process is killed (kill -9)',
    inject: (bench) =>
      onSpare(bench, (spare) =>
        attack({
          databaseUrl: spare.url(),
          table: 'slow',
          meanwhile: async () => {
            process.kill(await runningOn(spare), 'SIGKILL');
          },
          heal: () => spare.answers(),
        }),
      ),
    expected: LOST,
  },
  {
    name: 'PostgreSQL: an administrator ends the session (pg_terminate_backend)',
    inject: (bench) => attack({ table: 'slow', meanwhile: () => signalOurs(bench, 'pg_terminate_backend') }),
    expected: { ends: 'problem', kind: 'connection-lost', says: /shutdown or an administrator/ },
  },
  {
    name: 'PostgreSQL: an administrator ends the query (pg_cancel_backend)',
    inject: (bench) => attack({ table: 'slow', meanwhile: () => signalOurs(bench, 'pg_cancel_backend') }),
    expected: { ends: 'problem', kind: 'timeout', says: /An administrator cancelled the query/ },
  },
  {
    name: 'PostgreSQL: the connection is cut in the middle of a query',
    inject: async (bench) => {
      const line = await proxy(bench.postgresPlace);
      return {
        databaseUrl: change(bench.databaseUrl, { port: String(line.port) }),
        table: 'slow',
        meanwhile: async () => {
          const pid = await bench.database.untilRunning('from "public"."slow"');
          for (const one of line.lines) one.resetAndDestroy();
          await endServerSide(bench, pid);
        },
        heal: line.close,
      };
    },
    expected: LOST,
  },
  ...['begin', 'set_config', 'pg_class', 'array_agg'].map((moment): Fault => ({
    name: `PostgreSQL: the connection is cut when "${moment}" is sent`,
    inject: async (bench) => {
      const line = await trap(bench.postgresPlace, new RegExp(moment, 'i'), (socket) => {
        socket.resetAndDestroy();
      });
      return { databaseUrl: change(bench.databaseUrl, { port: String(line.port) }), heal: line.close };
    },
    expected: LOST,
  })),
  {
    name: 'PostgreSQL: the role has all the connections that it may have',
    inject: async (bench) => {
      await bench.database.run(`alter role ${bench.role} connection limit 0`);
      return { heal: () => bench.database.run(`alter role ${bench.role} connection limit -1`) };
    },
    expected: { ends: 'problem', kind: 'too-many-connections', says: /no free connection/ },
  },
  {
    name: 'PostgreSQL: the server has no connection left',
    inject: (bench) =>
      onSpare(bench, async (spare) => {
        const held: Client[] = [];
        try {
          for (;;) held.push(await spare.session());
        } catch {
          // Full.
        }
        return {
          databaseUrl: spare.url(),
          heal: async () => {
            await Promise.all(held.map((client) => client.end()));
          },
        };
      }),
    expected: { ends: 'problem', kind: 'too-many-connections', says: /no free connection .*raise the limit/ },
  },
  {
    name: 'PostgreSQL: a statement takes longer than it may',
    inject: () => attack({ table: 'slow', statementTimeoutMs: 300 }),
    expected: { ends: 'problem', kind: 'timeout', says: /celeryTasks\.statementTimeout/ },
  },
  {
    name: 'PostgreSQL: an ALTER TABLE waits for the table',
    inject: async (bench) => {
      const [reader, owner] = [await bench.database.session(), await bench.database.session()];
      await reader.query(`begin; select count(*) from ${TABLE}`);
      const altering = owner.query(`alter table ${TABLE} add column one_more int`).catch(() => undefined);
      await until(
        async () =>
          (
            await bench.database.rows(
              "select 1 from pg_stat_activity where query like 'alter table%' and wait_event_type = 'Lock' and datname = current_database()",
            )
          ).length > 0 || undefined,
      );
      return {
        heal: async () => {
          await bench.database.run(
            "select pg_cancel_backend(pid) from pg_stat_activity where query like 'alter table%' and datname = current_database() and pid <> pg_backend_pid()",
          );
          await altering;
          await Promise.all([owner.end(), reader.end()]);
        },
      };
    },
    expected: { ends: 'problem', kind: 'lock', says: /Another session has locked the table/ },
  },
  {
    name: 'PostgreSQL: wrong password',
    inject: (bench) =>
      attack({
        databaseUrl: bench.database.urlAs(bench.role, 'wrong:p@ss/word'),
        secrets: ['wrong:p@ss/word', 'wrong%3Ap%40ss%2Fword'],
      }),
    expected: { ends: 'problem', kind: 'authentication', says: /^Wrong password for role_/ },
  },
  {
    name: 'PostgreSQL: no password',
    inject: (bench) => attack({ databaseUrl: change(bench.databaseUrl, { password: '' }) }),
    expected: { ends: 'problem', kind: 'authentication', says: /none is stored/ },
  },
  {
    name: 'PostgreSQL: no such database',
    inject: (bench) => attack({ databaseUrl: change(bench.databaseUrl, { pathname: '/no_such_database' }) }),
    expected: { ends: 'problem', kind: 'database-missing', says: /No database "no_such_database" at/ },
  },
  {
    name: 'PostgreSQL: TLS is asked for, the server has none',
    inject: (bench) => attack({ databaseUrl: `${bench.databaseUrl}?sslmode=require` }),
    expected: { ends: 'problem', kind: 'tls', says: /doesn't support TLS/ },
  },
  {
    name: 'PostgreSQL: the server wants TLS, sslmode=disable',
    inject: (bench) => onSpare(bench, (spare) => attack({ databaseUrl: `${spare.url('over_tls')}?sslmode=disable` })),
    expected: { ends: 'problem', kind: 'tls', says: /requires TLS for user .*Use sslmode=require/ },
  },
  ...(
    [
      ['a self-signed certificate', 'selfSigned', 'verify-full', /self.signed/],
      ['a certificate that has expired', 'expired', 'verify-full', /expired/],
      ['a certificate for another name', 'wrongName', 'verify-full', /elsewhere\.invalid|altnames/],
    ] as const
  ).map(([what, certificate, mode, says]): Fault => ({
    name: `PostgreSQL: ${what}, sslmode=${mode}`,
    inject: (bench) =>
      onSpare(bench, (spare) =>
        withCertificate(spare, certificate, `sslmode=${mode}&sslrootcert=${spare.certificates.ca}`),
      ),
    expected: { ends: 'problem', kind: 'tls', says },
  })),
  {
    name: 'PostgreSQL: a certificate of an unknown authority, sslmode=verify-ca',
    inject: (bench) =>
      onSpare(bench, (spare) =>
        withCertificate(spare, 'server', `sslmode=verify-ca&sslrootcert=${spare.certificates.otherCa}`),
      ),
    expected: { ends: 'problem', kind: 'tls', says: /unable to (verify|get)|certificate/ },
  },
  {
    name: 'PostgreSQL: the root certificate is not there',
    inject: (bench) =>
      attack({ databaseUrl: `${bench.databaseUrl}?sslmode=verify-full&sslrootcert=/no/such/root.pem` }),
    expected: { ends: 'problem', kind: 'tls', says: /root\.pem cannot be read/ },
  },
  {
    name: 'PostgreSQL: the role may not read the task table',
    inject: (bench) => revoked(bench, TABLE),
    expected: { ends: 'problem', kind: 'permission', says: /grant SELECT/i },
  },
  {
    name: 'PostgreSQL: the role may not read the table of an effect',
    inject: (bench) => revoked(bench, 'shop_parcel'),
    expected: { ends: 'partial', unavailable: ['effects'], says: /shop_parcel/ },
  },
  {
    name: 'PostgreSQL: the role may not read the table of results',
    inject: async (bench) => {
      await bench.database.run(
        'create table django_celery_results_taskresult (task_id varchar(255), status varchar(50))',
      );
      return { heal: () => bench.database.run('drop table django_celery_results_taskresult') };
    },
    expected: { ends: 'partial', unavailable: ['results'], says: /django_celery_results_taskresult/ },
  },
  {
    name: 'PostgreSQL: the schema of an older release',
    inject: async (bench) => {
      await bench.database
        .run(`create view older as select id, arguments, attempts, created_at, current_page, killed, last_run, started_at, status, status_message,
        task_id, task_module, task_name, total_pages, updated_at from ${TABLE}`);
      await bench.database.run(`grant select on older to ${bench.role}`);
      return { table: 'older', heal: () => bench.database.run('drop view older') };
    },
    expected: { ends: 'whole' },
  },
  {
    name: "PostgreSQL: a table that is not the task manager's",
    inject: () => attack({ table: 'shop_parcel' }),
    expected: { ends: 'problem', kind: 'wrong-table', says: /task_module/ },
  },
  {
    name: 'PostgreSQL: no such table',
    inject: () => attack({ table: 'no_such_table' }),
    expected: { ends: 'problem', kind: 'table-missing', says: /no_such_table/ },
  },
  {
    name: 'PostgreSQL: a value that the query cannot bear',
    inject: async (bench) => {
      await bench.database.run(
        `create view broken as select id, task_module, task_name, status, last_run + (1 / (id - id)) * interval '1 hour' as last_run from ${TABLE}`,
      );
      await bench.database.run(`grant select on broken to ${bench.role}`);
      return { table: 'broken', heal: () => bench.database.run('drop view broken') };
    },
    expected: { ends: 'problem', kind: 'unknown', says: /division by zero/ },
  },
  {
    name: 'PostgreSQL: a slow link that drips',
    // Thousands of ticks, each of which takes as long as a busy machine lets it.
    within: 60_000,
    inject: async (bench) => {
      const line = await slowLink(bench.postgresPlace, { delayMs: 20, bytesPerTick: 300 });
      return { databaseUrl: change(bench.databaseUrl, { port: String(line.port) }), heal: line.close };
    },
    expected: { ends: 'whole' },
  },
];

function attack(what: Attack): Promise<Attack> {
  return Promise.resolve(what);
}

type Part = 'hostname' | 'port' | 'username' | 'password' | 'pathname';

export function change(url: string, parts: Partial<Record<Part, string>>): string {
  return Object.assign(new URL(url), parts).href;
}

/** The spare server is lent to one fault at a time; it is given back when the fault is healed. */
async function onSpare(bench: Bench, inject: (spare: SparePostgres) => Promise<Attack>): Promise<Attack> {
  const giveBack = await bench.spare.lend();
  const made = await inject(bench.spare);
  return {
    ...made,
    heal: async () => {
      await made.heal?.();
      giveBack();
    },
  };
}

async function withCertificate(spare: SparePostgres, certificate: Certificate, query: string): Promise<Attack> {
  await spare.serve(certificate);
  return { databaseUrl: `${spare.url('plain', 'localhost')}?${query}`, heal: () => spare.serve('server') };
}

/** @returns the process id of our session that runs the slow query */
async function runningOn(spare: SparePostgres): Promise<number> {
  return until(async () => {
    const rows = await spare.run(
      `select pid from pg_stat_activity where application_name = 'celery-task-diagnostics' and state = 'active' and query like '%from "public"."slow"%'`,
    );
    return rows[0]?.pid as number | undefined;
  });
}

async function signalOurs(bench: Bench, how: 'pg_terminate_backend' | 'pg_cancel_backend'): Promise<void> {
  const pid = await bench.database.untilRunning('from "public"."slow"');
  await bench.database.run(`select ${how}($1)`, [pid]);
}

/** A server behind a link that was cut sees it at its next look: PostgreSQL 14 and later within 5 s, older ones at the end of the statement. */
async function endServerSide(bench: Bench, pid: number): Promise<void> {
  await sleep(100);
  await bench.database.run('select pg_terminate_backend($1)', [pid]);
}

async function revoked(bench: Bench, table: string): Promise<Attack> {
  await bench.database.run(`revoke select on ${table} from ${bench.role}`);
  return { heal: () => bench.database.run(`grant select on ${table} to ${bench.role}`) };
}
