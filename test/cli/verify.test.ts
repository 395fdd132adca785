import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Diagnosis } from '../../src/model/diagnosis';
import { canary } from '../support/canary';
import { celeryMessage } from '../support/celeryMessage';
import { runCommand, startCommand, type Finished } from '../support/commandLine';
import { TestDatabase } from '../support/database';
import { assertForPeople } from '../support/problems';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { listen, silentServer } from '../support/sockets';
import { createTaskTable, insertTasks } from '../support/taskTable';

/** Databases of the tests' Redis that nothing else here uses. */
const BROKER_DB = 13;
const RESULTS_DB = 14;
const QUEUED = '11111111-1111-4111-8111-111111111111';
const DONE = '22222222-2222-4222-8222-222222222222';

function redisUrl(db: number): string {
  const base = process.env.TEST_REDIS_URL;
  assert.ok(base, 'TEST_REDIS_URL is not set: run these tests by npm test, which starts the servers.');
  const url = new URL(base);
  url.pathname = `/${String(db)}`;
  return url.href;
}

/** Failed before it printed a report: one sentence on stderr. */
function refused(run: Finished): string {
  assert.deepEqual([run.code, run.stdout], [2, ''], run.stderr);
  const line = run.stderr.trimEnd().split('\n').at(-1) ?? '';
  assertForPeople(line);
  return line;
}

describePostgres('check-task-status --check-execution', (serverUrl) => {
  let database: TestDatabase;
  let folder: string;
  let environment: { DATABASE_URL: string };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'verify-'));
    database = await TestDatabase.create(serverUrl);
    const role = await database.createRole();
    environment = { DATABASE_URL: database.urlAs(role) };
    await createTaskTable(database);
    await insertTasks(database, [
      { task_id: QUEUED, started_at: null, current_page: 1, total_pages: 1, attempts: 1 },
      { task_id: DONE, arguments: '{"args": [7], "kwargs": {}}', current_page: 1, total_pages: 1, attempts: 1 },
      { task_name: 'other', task_id: '', current_page: 1, total_pages: 1, attempts: 1 },
    ]);
    await database.run('create table letters (id int primary key, sent_at timestamptz)');
    await database.run('insert into letters values (7, now())');
    await database.run(`grant select on all tables in schema public to ${role}`);
    for (const [db, fill] of [
      [
        BROKER_DB,
        (redis: Redis) => redis.multi().sadd('_kombu.binding.celery', 'celery\u0006\u0016\u0006\u0016celery'),
      ],
      [RESULTS_DB, (redis: Redis) => redis.multi()],
    ] as const) {
      const redis = new Redis(redisUrl(db));
      await redis.flushdb();
      const result = { status: 'SUCCESS', result: 42, traceback: null, children: [], task_id: DONE };
      await fill(redis)
        .lpush(db === BROKER_DB ? 'celery' : 'unrelated', celeryMessage(QUEUED))
        .set(db === RESULTS_DB ? `celery-task-meta-${DONE}` : 'unrelated', JSON.stringify(result))
        .exec();
      redis.disconnect();
    }
  });
  after(async () => {
    for (const db of [BROKER_DB, RESULTS_DB]) {
      const redis = new Redis(redisUrl(db));
      await redis.flushdb();
      redis.disconnect();
    }
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => database.assertNothingLeft());

  const verify = (argv: readonly string[] = [], more: Record<string, string> = {}): Promise<Finished> =>
    runCommand(['--check-execution', ...argv], { ...environment, ...more });
  const celery = (): Record<string, string> => ({
    CELERY_BROKER_URL: redisUrl(BROKER_DB),
    CELERY_RESULT_BACKEND: redisUrl(RESULTS_DB),
  });
  const read = (run: Finished): Diagnosis => {
    assert.equal(run.code, 0, run.stderr);
    const diagnosis = JSON.parse(run.stdout) as Diagnosis;
    assert.deepEqual(schemaErrors(diagnosis), []);
    return diagnosis;
  };
  const sourceOf = (diagnosis: Diagnosis, name: string): string => {
    const source = diagnosis.sources.find((one) => one.name === name);
    return `${source?.state ?? 'missing'}: ${source?.detail ?? ''}`;
  };

  it('prints verdicts with their evidence, from broker and results in two databases', async () => {
    const run = await verify([], celery());
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^Count: 2\nMax Hours Stuck: \d+\.\d\d\nVerdicts: .*1 waiting \(50%\)/m);
    const sample = new RegExp(`^Task ID: ${QUEUED}\\n(?:.*\\n)*?-{40}$`, 'm').exec(run.stdout)?.[0] ?? '';
    assert.match(
      sample,
      /\nCelery State: no record\nVerifying execution for shop\.tasks\.send:\n {2}broker: Its message is in queue /,
    );
    assert.match(sample, /\n {2}broker: .*queue celery/);
    assert.match(sample, /\nVerdict: waiting \(/);
    assert.match(run.stdout, /^Celery State: SUCCESS$/m);
    assert.match(run.stdout, /^Sources:\n={80}\n\npostgres: ok, .*\nbroker: ok, /m);
    assert.match(run.stdout, /^Queue: celery, 1 waiting, /m);
    for (const line of run.stderr.trimEnd().split('\n')) assert.match(line, /^\[\d+\/\d+ \+\d+\.\ds\] [ -~]+$/);
    const steps = run.stderr
      .trimEnd()
      .split('\n')
      .map((line) => /^\[(\d+)\/(\d+)/.exec(line)!.slice(1).map(Number));
    assert.equal(steps.at(-1)![0], steps.at(-1)![1], 'the last step is the last one announced');
  });

  it('prints JSON that fits the published schema', async () => {
    const diagnosis = read(await verify(['--format', 'json'], celery()));
    assert.equal(diagnosis.parameters.checkExecution, true);
    const sums = diagnosis.taskTypes.map(({ count, verdicts = {} }) => [
      count,
      Object.values(verdicts).reduce((sum, rows) => sum + rows, 0),
    ]);
    assert.deepEqual(sums, [
      [2, 2],
      [1, 1],
    ]);
    assert.deepEqual(
      diagnosis.infrastructure.queues?.map(({ name, length }) => [name, length]),
      [['celery', 1]],
    );
    assert.match(diagnosis.infrastructure.redis?.address ?? '', new RegExp(`/${String(BROKER_DB)}$`));
  });

  it('contacts no Redis without it, whatever else is named', async () => {
    let lines = 0;
    const spy = await listen((line) => {
      lines++;
      line.destroy();
    });
    try {
      const url = `redis://127.0.0.1:${String(spy.port)}/0`;
      const plain = await runCommand(['--redis-url', url], { ...environment, REDIS_URL: url, CELERY_BROKER_URL: url });
      assert.deepEqual([plain.code, lines], [0, 0], plain.stderr);
      assert.doesNotMatch(plain.stdout, /Verdict|Sources|Celery State/);
      const verified = await verify(['--format=json', '--redis-url', url]);
      assert.ok(lines > 0, 'the spy sees a check that verifies');
      assert.match(sourceOf(read(verified), 'broker'), /^unavailable: /);
    } finally {
      await spy.close();
    }
  });

  it('names a source that fails and goes on: exit 0, and no password', async () => {
    const secret = canary('redis');
    const broken: readonly [Record<string, string>, RegExp][] = [
      [{ REDIS_URL: `redis://:${secret}@127.0.0.1:1/0` }, /^unavailable: Connection refused at 127\.0\.0\.1:1\/0/],
      [
        { CELERY_BROKER_URL: `kafka://bob:${secret}@kafka//` },
        /^unavailable: CELERY_BROKER_URL is kafka, which isn't supported/,
      ],
      [
        { CELERY_BROKER_URL: `amqp://bob:${secret}@127.0.0.1:1//` },
        /^unavailable: Connection refused at 127\.0\.0\.1:1\. .*, at http:\/\/127\.0\.0\.1:10001$/,
      ],
      [{ CELERY_BROKER_URL: `nonsense-${secret}` }, /^unavailable: CELERY_BROKER_URL isn't a Redis URL/],
      [{}, /^not-configured: /],
    ];
    for (const [variables, expected] of broken) {
      const run = await verify(['--format=json'], variables);
      assert.match(sourceOf(read(run), 'broker'), expected);
      assert.ok(!(run.stdout + run.stderr).includes(secret));
      assert.equal(
        read(run).taskTypes.flatMap((type) => type.verdicts?.lost ?? []).length,
        0,
        'nothing is called lost',
      );
    }
  });

  it('takes rules for effects from a file, and says in one line what is wrong with it', async () => {
    const file = join(folder, 'rules.json');
    const rule = {
      task: 'shop.tasks.send',
      table: 'letters',
      find: { id: 'args[0]' },
      outcomes: [
        { when: [{ column: 'sent_at', null: false }], says: 'executed', strength: 'proven', text: 'Letter {id} went.' },
      ],
    };
    writeFileSync(file, JSON.stringify([rule]));
    const run = await verify(['--effects', file]);
    assert.equal(run.code, 0, run.stderr);
    // No task is known that did not run, and no broker was searched.
    assert.match(
      run.stdout,
      /^ {2}effects: Letter 7 went\. The rule is untested, because too few tasks that did not run are known\./m,
    );
    assert.match(run.stdout, /^ {2}either finished: What it should do is done; /m);

    const wrong: readonly [string, RegExp][] = [
      ['[{', /^--effects .*rules\.json is not valid JSON /],
      ['{"rules": 1}', /^--effects .*rules\.json cannot be "1": write a list/],
      [
        JSON.stringify([{ ...rule, table: 5 }]),
        /^--effects .*rules\.json, rule 1 \(shop\.tasks\.send\), table cannot be "5"/,
      ],
    ];
    for (const [text, expected] of wrong) {
      writeFileSync(file, text);
      assert.match(refused(await verify(['--effects', file])), expected);
    }
    assert.match(refused(await verify(['--effects', join(folder, 'none.json')])), /cannot be read \(ENOENT\)/);
  });

  it('refuses a URL that is none, and says which flags do nothing', async () => {
    assert.match(refused(await verify(['--broker-url', 'localhost:6379'])), /^--broker-url isn't a Redis URL/);
    assert.match(
      refused(await runCommand(['--result-backend', 'redis://h/x'], environment)),
      /^--result-backend names/,
    );
    const idle = await runCommand(['--ask-workers'], environment);
    assert.equal(idle.code, 0);
    assert.match(idle.stderr, /^--ask-workers does nothing without --check-execution\.$/m);
  });

  it('stops at Ctrl-C while a Redis does not answer', async () => {
    const silent = await silentServer();
    try {
      const url = `redis://127.0.0.1:${String(silent.port)}/0`;
      const { child, finished } = startCommand(['--check-execution', '--redis-url', url], environment);
      for (const end = Date.now() + 10_000; silent.lines.size === 0 && Date.now() < end;)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const start = performance.now();
      child.kill('SIGINT');
      const run = await finished;
      assert.deepEqual([run.code, run.stdout], [130, ''], run.stderr);
      assert.ok(performance.now() - start < 8000, 'it does not wait for an answer');
    } finally {
      await silent.close();
    }
  });
});
