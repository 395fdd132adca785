import { Redis } from 'ioredis';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { redisBroker } from '../../src/brokers/redis';
import { redisBackend } from '../../src/results/redis';
import { redisSource } from '../../src/connect/redis/redisClient';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import type { CheckOptions, CheckSources } from '../../src/check/options';
import { CLIENT_NAME } from '../../src/base/clientName';
import { diagnose } from '../../src/check/diagnose';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { OnProgress } from '../../src/model/progress';
import { parseEffectRules } from '../../src/effects/rules';
import { TestDatabase, until } from '../support/database';
import { kombuMessage, takenMessage } from '../support/redis';
import { OPTIONS, snapshots } from '../support/scans';
import { createTaskTable, insertTasks } from '../support/taskTable';
import { startOwnRedis, type OwnRedis, type SparePostgres } from './servers';

const PASSWORD = 'role-password';
const SEPARATOR = '\x06\x16';

/** A rule of the person's own, so that the effects are a source that can fail. */
const EFFECTS = parseEffectRules(
  [
    {
      task: 'shop.tasks.send',
      table: 'shop_parcel',
      find: { id: 'args[0]' },
      outcomes: [
        {
          when: [{ column: 'status', equals: 'SENT' }],
          says: 'executed',
          strength: 'proven',
          text: 'Parcel {id} went.',
        },
      ],
    },
  ],
  'the rules of the faults',
);

/** A RabbitMQ as a person names it. */
export interface RabbitPlace {
  readonly url: string;
  readonly managementUrl?: string;
}

export interface CheckPlaces {
  readonly databaseUrl: string;
  readonly brokerUrl: string;
  /** In place of `brokerUrl`. */
  readonly rabbit?: RabbitPlace;
  readonly resultsUrl: string;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/** A place for one fault after the other: a database with a role that may only read, and a Redis with broker and results. */
export class Bench {
  private constructor(
    readonly database: TestDatabase,
    readonly role: string,
    private redis: OwnRedis,
    readonly spare: SparePostgres,
  ) {}

  static async start(serverUrl: string, spare: SparePostgres): Promise<Bench> {
    const database = await TestDatabase.create(serverUrl);
    await fillDatabase(database);
    const role = await database.createRole();
    await database.run(`grant select on all tables in schema public to ${role}`);
    const bench = new Bench(database, role, await startOwnRedis(), spare);
    await bench.fillRedis();
    return bench;
  }

  async stop(): Promise<void> {
    await this.redis.stop();
    await this.database.drop();
  }

  get databaseUrl(): string {
    return this.database.urlAs(this.role);
  }

  /** Database 0 is the broker, 1 holds the results. */
  redisUrl(db: number, change: { user?: string; password?: string; port?: number; scheme?: string } = {}): string {
    const { user = '', password = this.redis.password, port = this.redis.port, scheme = 'redis' } = change;
    return `${scheme}://${user}:${password}@127.0.0.1:${String(port)}/${String(db)}`;
  }

  get redisPlace(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.redis.port };
  }

  get postgresPlace(): { host: string; port: number } {
    const { hostname, port } = new URL(this.database.url);
    return { host: hostname, port: Number(port) };
  }

  get good(): CheckPlaces {
    return { databaseUrl: this.databaseUrl, brokerUrl: this.redisUrl(0), resultsUrl: this.redisUrl(1) };
  }

  /** What nothing that a person can see may hold. */
  get secrets(): readonly string[] {
    return [PASSWORD, this.redis.password, new URL(this.database.url).password];
  }

  /** A client that may do everything; it is closed when `work` ends. */
  async asAdmin<T>(work: (redis: Redis) => Promise<T>, db = 0): Promise<T> {
    const redis = new Redis({ ...this.redisPlace, password: this.redis.password, db, lazyConnect: true });
    redis.on('error', () => undefined);
    await redis.connect();
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** The server's process ends without a word. */
  async killRedis(): Promise<void> {
    const info = await this.asAdmin((redis) => redis.info('server'));
    process.kill(Number(/process_id:(\d+)/.exec(info)![1]), 'SIGKILL');
  }

  async stopRedis(): Promise<void> {
    await this.redis.stop();
  }

  /** A new Redis in the place of one that is gone, with the same messages. */
  async renewRedis(): Promise<void> {
    await this.redis.stop();
    this.redis = await startOwnRedis(this.redis.port);
    await this.fillRedis();
  }

  /** Sessions and clients of ours on the servers of this bench; those that are just closing get two seconds. */
  async leftOnServers(): Promise<string[]> {
    const ask = async (): Promise<string[]> => {
      const sessions = await this.database.ourSessions();
      const clients = await this.asAdmin(async (redis) => String(await redis.client('LIST')));
      return [
        ...sessions.map((one) => `PostgreSQL session: ${one.state} ${one.query.slice(0, 60)}`),
        ...clients
          .split('\n')
          .filter((line) => line.includes(`name=${CLIENT_NAME} `))
          .map((line) => `Redis client: ${line.slice(0, 80)}`),
      ];
    };
    return until(async () => ((await ask()).length === 0 ? [] : undefined), 2000).catch(ask);
  }

  private async fillRedis(): Promise<void> {
    await this.asAdmin(async (redis) => {
      await redis.sadd('_kombu.binding.celery', `celery${SEPARATOR}${SEPARATOR}celery`);
      for (let row = 1; row <= 20; row++)
        await redis.lpush('celery', kombuMessage({ id: taskId(row), kwargs: { task_manager_id: row } }));
      const taken = { tag: 'taken', id: taskId(21), kwargs: { task_manager_id: 21 } };
      await redis.hset('unacked', taken.tag, takenMessage(taken));
      await redis.zadd('unacked_index', Date.now() / 1000, taken.tag);
    });
    await this.asAdmin(async (redis) => {
      const result = { status: 'SUCCESS', result: 42, traceback: null, children: [], task_id: taskId(22) };
      await redis.set(`celery-task-meta-${taskId(22)}`, JSON.stringify(result));
    }, 1);
  }
}

/** Opens what a check looks at, with the product's own clients. Nothing connects yet. */
export function sourcesAt(places: CheckPlaces): CheckSources {
  const { databaseUrl, brokerUrl, rabbit, resultsUrl, statementTimeoutMs, connectTimeoutMs } = places;
  return {
    postgres: snapshots(databaseUrl, {
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    }),
    broker: rabbit
      ? rabbitBroker(rabbit.url, rabbit.managementUrl)
      : redisBroker(redisSource(parseRedisUrl(brokerUrl, 'CELERY_BROKER_URL'))),
    results: redisBackend(redisSource(parseRedisUrl(resultsUrl, 'CELERY_RESULT_BACKEND'))),
  };
}

/** One check with verification, as the editor and the command run it. */
export function checkAt(
  sources: CheckSources,
  run: { readonly signal?: AbortSignal; readonly onProgress?: OnProgress; readonly table?: string } = {},
): Promise<Diagnosis> {
  const { signal = new AbortController().signal, onProgress = () => undefined, table } = run;
  const options: CheckOptions = {
    ...OPTIONS,
    statuses: ['SCHEDULED', 'PENDING'],
    ...(table === undefined ? {} : { table }),
    verification: { askWorkers: false, maxQueueScan: 10_000, effects: EFFECTS },
  };
  return diagnose(sources, options, { signal, onProgress });
}

function taskId(row: number): string {
  return `00000000-0000-4000-8000-${String(row).padStart(12, '0')}`;
}

/** Rows whose messages wait, one that a worker took, one with a result, and some that nobody has any more. */
async function fillDatabase(database: TestDatabase): Promise<void> {
  await createTaskTable(database);
  await database.run('create table shop_parcel (id bigint primary key, status varchar(10) not null)');
  await database.run("insert into shop_parcel values (23, 'SENT')");
  await insertTasks(
    database,
    Array.from({ length: 30 }, (_, index) => ({
      task_id: taskId(index + 1),
      arguments: JSON.stringify({ args: [index + 1], kwargs: { task_manager_id: index + 1 } }),
      current_page: 0,
      total_pages: 1,
      attempts: 1,
    })),
  );
  await insertTasks(
    database,
    Array.from({ length: 5 }, () => ({ task_name: 'bill', task_id: '', current_page: 1, total_pages: 1, attempts: 1 })),
  );
  await insertTasks(database, [{ status: 'DONE' }, { status: 'PAUSED' }]);
  await database.run(
    'create view slow as select t.* from task_manager_taskmanager t, lateral (select pg_sleep(30) where t.id > 0) pause',
  );
}
