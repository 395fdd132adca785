import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { endOf } from '../../src/causes/general/recordedEnds';
import type { TaskStory } from '../../src/model/story';
import { nextWithoutAdvice } from '../../src/report/story';
import { celeryMessage } from '../support/celeryMessage';
import { runCommand, type Finished } from '../support/commandLine';
import { TestDatabase } from '../support/database';
import { assertForPeople } from '../support/problems';
import { redisUrl } from '../support/redis';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks } from '../support/taskTable';

const BROKER_DB = 13;
const QUEUED = '31111111-1111-4111-8111-111111111111';
const DONE = '32222222-2222-4222-8222-222222222222';
const FOREIGN = '33333333-3333-4333-8333-333333333333';

describePostgres('check-task-status --task', (serverUrl) => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  let redis: Redis;

  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(database, [
      { task_id: QUEUED, hoursAgo: 2, arguments: '{"args": [12345678901234567890], "kwargs": {"password": "hush"}}' },
      { task_id: DONE, status: 'DONE', hoursAgo: 30 },
    ]);
    const url = new URL(redisUrl());
    url.pathname = `/${String(BROKER_DB)}`;
    environment = { DATABASE_URL: database.url, CELERY_BROKER_URL: url.href };
    redis = new Redis(url.href);
    await redis.flushdb();
    await redis.sadd('_kombu.binding.celery', 'celery\u0006\u0016\u0006\u0016celery');
    await redis.lpush('celery', celeryMessage(QUEUED), celeryMessage(FOREIGN, { task: 'shop.tasks.first' }));
  });
  after(async () => {
    await redis.flushdb();
    redis.disconnect();
    await database.drop();
  });
  afterEach(() => database.assertNothingLeft());

  const ask = (...argv: string[]): Promise<Finished> => runCommand(argv, environment);
  const json = async (asked: string): Promise<readonly [code: number | null, story: TaskStory]> => {
    const run = await ask('--task', asked, '--format', 'json');
    const story = JSON.parse(run.stdout) as TaskStory;
    assert.deepEqual(schemaErrors(story, 'task'), []);
    return [run.code, story];
  };

  it('prints the verdict first, then what decided, what else was looked at, the row, and the next step', async () => {
    const run = await ask('--task', '1');
    assert.equal(run.code, 0, run.stderr);
    const [head, , verdict] = run.stdout.split('\n');
    assert.equal(head, 'Row 1 · shop.tasks.send · SCHEDULED');
    assert.match(verdict ?? '', /^Waiting \(.*proven\): /);
    const titles = ['Because', 'Also looked at', 'The row', 'Next step'];
    const lines = run.stdout.split('\n');
    const places = titles.map((title) => lines.indexOf(title));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.ok(
      places.every((place) => place > 0),
      run.stdout,
    );
    assert.match(lines[places[0]! + 1] ?? '', /^ {2}Message: .*queue celery/);
    assert.match(run.stdout, /^ {2}Celery id: +3111/m);
    assert.match(run.stdout, /12345678901234567890/);
    assert.doesNotMatch(run.stdout, /hush/);
    for (const line of run.stderr.trimEnd().split('\n')) assert.match(line, /^\[\d+\/\d+ \+\d+\.\ds\] /);
  });

  it('tells of a row that is done by its Celery id, and never calls it stuck', async () => {
    const [code, story] = await json(DONE);
    assert.deepEqual([code, story.task?.id, story.verification?.verdict], [0, 2, 'finished']);
    const text = (await ask('--task', DONE)).stdout;
    assert.ok(text.includes(`\nFinished (proven): ${endOf('DONE')!.meaning}.\n`), text);
    assert.ok(text.endsWith(`\nNext step\n  ${nextWithoutAdvice(story)}\n`), text);
  });

  it('exits with 1 where there is no such task, and says what else was found', async () => {
    const nowhere = await ask('--task', '4711');
    assert.equal(nowhere.code, 1);
    const line = nowhere.stderr.trimEnd().split('\n').at(-1)!;
    assertForPeople(line);
    assert.match(line, /^There is no task with the id 4711: /);
    const known = await ask('--task', FOREIGN);
    assert.equal(known.code, 1);
    assert.match(known.stderr, /^There is no task with the Celery id 3333.*but the broker knows that id\.$/m);
    assert.match(known.stdout, /^ {2}Message: It is of shop\.tasks\.first /m);
    const [code, story] = await json(FOREIGN);
    assert.deepEqual([code, story.task, story.elsewhere?.known], [1, null, ['broker']]);
  });

  it('refuses what is no id with one sentence, before anything is contacted', async () => {
    for (const asked of ['', '0', '1.5', '99999999999999999999', 'two words', 'https://sentry.io/1', 'x'.repeat(256)]) {
      const run = await ask('--task', asked);
      assert.deepEqual([run.code, run.stdout], [2, ''], asked);
      assertForPeople(run.stderr.trimEnd());
      assert.match(run.stderr, /^--task /);
    }
    const both = await ask('--task', '1', '--explain');
    assert.equal(both.code, 2, both.stderr);
  });

  it('writes the same text into a log file, also where JSON is printed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'task-'));
    const path = join(folder, 'logs', 'task.log');
    const run = await ask('--task', '2', '--format', 'json', '--log-file', path);
    assert.equal(run.code, 0, run.stderr);
    assert.match(readFileSync(path, 'utf8'), /^Row 2 · shop\.tasks\.send · DONE\n/);
    rmSync(folder, { recursive: true });
  });

  it('exits with 3 when PostgreSQL cannot be read', async () => {
    const run = await runCommand(['--task', '1', '--database-url', 'postgresql://nobody@127.0.0.1:1/none']);
    assert.deepEqual([run.code, run.stdout], [3, ''], run.stderr);
  });
});
