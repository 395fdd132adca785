import assert from 'node:assert/strict';
import { storyPlan, tellStory, type StoryOptions } from '../../src/check/taskStory';
import type { CheckSources } from '../../src/check/options';
import { openCelery } from '../../src/connect/openCelery';
import { readTaskId, type TaskStory } from '../../src/model/story';
import type { SnapshotSource } from '../../src/ports/database';
import { celeryMessage } from '../support/celeryMessage';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { emptyRedis, redisTarget } from '../support/redis';
import { fillTasks, taskIdOf } from '../support/scale';
import { OPTIONS, snapshots } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const REDIS_DB = 13;
const id = (last: number): string => `10000000-0000-4000-8000-${String(last).padStart(12, '0')}`;

const STORY: StoryOptions = {
  table: OPTIONS.table,
  maskedKeys: OPTIONS.maskedKeys,
  verification: { askWorkers: false, maxQueueScan: 1000, effects: [] },
};

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The same source; every statement that names the task table is kept with its values. */
function keeping(source: SnapshotSource, kept: Statement[]): SnapshotSource {
  return {
    address: source.address,
    read: (work, signal, meter) =>
      source.read(
        (snapshot) =>
          work({
            ...(snapshot.limitTime ? { limitTime: snapshot.limitTime.bind(snapshot) } : {}),
            query: (text, values = []) => {
              if (text.includes(`"${TABLE}"`)) kept.push({ text, values });
              return snapshot.query(text, values);
            },
          }),
        signal,
        meter,
      ),
  };
}

describePostgres('the story of one task', (serverUrl) => {
  let database: TestDatabase;
  let sources: CheckSources;

  const tell = async (asked: string, more: Partial<StoryOptions> = {}, from = sources): Promise<TaskStory> => {
    const story = await tellStory(from, { ...STORY, ...more }, readTaskId(asked, 'id'), {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    assert.deepEqual(schemaErrors(JSON.parse(JSON.stringify(story)), 'task'), []);
    return story;
  };
  const verdictOf = ({ verification }: TaskStory): string =>
    [verification?.verdict, verification?.confidence].join(' ');

  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    const redis = await emptyRedis(REDIS_DB);
    await redis.sadd('_kombu.binding.celery', 'celery\u0006\u0016\u0006\u0016celery');
    await redis.lpush(
      'celery',
      celeryMessage(id(1)),
      celeryMessage(id(2), { kwargs: { task_manager_id: 2 } }),
      celeryMessage(id(99), { kwargs: { task_manager_id: 3, attempts: 2 } }),
      celeryMessage(id(98), { task: 'shop.tasks.first' }),
      celeryMessage(id(97), { kwargs: { task_manager_id: 77 } }),
    );
    await redis.set(
      `celery-task-meta-${id(96)}`,
      JSON.stringify({ status: 'SUCCESS', result: 42, traceback: null, children: [], task_id: id(96) }),
    );
    redis.disconnect();
    sources = {
      postgres: snapshots(database.url),
      ...(await openCelery({ broker: redisTarget(REDIS_DB), results: redisTarget(REDIS_DB) })),
    };
  });
  after(async () => {
    (await emptyRedis(REDIS_DB)).disconnect();
    await database.drop();
  });
  beforeEach(async () => {
    await database.run(`truncate ${TABLE} restart identity`);
    await insertTasks(database, [
      { task_id: id(1), hoursAgo: 0.01 },
      { task_id: id(2), status: 'DONE', status_message: '', total_pages: 1, current_page: 1, attempts: 1 },
      { task_id: id(3), status: 'PENDING', status_message: '', total_pages: 1, current_page: 1, attempts: 1 },
      { task_id: id(4), status: 'ERROR', status_message: 'boom', hoursAgo: 3 },
      { task_id: id(5), status: 'CANCELLED', hoursAgo: 2 },
      { task_id: id(6), status: 'DONE', hoursAgo: 9 },
      { task_id: id(6), status: 'DONE', hoursAgo: 5 },
      { task_id: id(6), status: 'DONE', hoursAgo: 7 },
    ]);
  });

  it('tells of a young row by its id and by its Celery id alike', async () => {
    const byRow = await tell('1');
    assert.equal(byRow.task?.id, 1);
    assert.equal(byRow.task.taskName, 'send');
    assert.equal(verdictOf(byRow), 'waiting proven');
    const byCelery = await tell(id(1).toUpperCase());
    assert.deepEqual(byCelery.asked, { id: id(1), by: 'celery' });
    assert.deepEqual(byCelery.task, byRow.task);
    assert.deepEqual(byCelery.verification?.verdict, byRow.verification?.verdict);
  });

  it('keeps the end that a row records, and shows a message that still waits for it as a contradiction', async () => {
    const story = await tell('2');
    assert.equal(verdictOf(story), 'finished likely');
    const told = story.verification!.evidence;
    assert.deepEqual([told[0]!.source, told[0]!.supports], ['row', 'finished']);
    assert.ok(
      told.some(({ source, supports, contradicts }) => source === 'broker' && supports === 'waiting' && contradicts),
    );
    assert.deepEqual(story.recommendations, []);
  });

  it('never calls a row that ended lost, whatever its status is', async () => {
    assert.deepEqual(await Promise.all(['4', '5', '6'].map(async (row) => verdictOf(await tell(row)))), [
      'failed proven',
      'failed proven',
      'finished proven',
    ]);
  });

  it('takes the newest of several rows with one Celery id, and names the others', async () => {
    const story = await tell(id(6));
    assert.equal(story.task?.id, 7);
    assert.deepEqual(story.others, [8, 6]);
  });

  it('finds the row of a retry, whose Celery id no row has, by the message that names the row', async () => {
    const story = await tell(id(99));
    assert.deepEqual([story.task?.id, story.foundBy], [3, 'message']);
    assert.equal(story.verification?.verdict, 'waiting');
  });

  it('says what broker and results know of an id that no row has', async () => {
    const known = async (asked: string): Promise<unknown> => {
      const { task, elsewhere, verification } = await tell(asked);
      assert.deepEqual([task, verification], [null, undefined]);
      return elsewhere?.known;
    };
    assert.deepEqual(await known(id(98)), ['broker']);
    assert.deepEqual(await known(id(97)), ['broker'], 'its row was deleted');
    assert.deepEqual(await known('77'), ['broker'], 'a message names it');
    assert.deepEqual(await known(id(96)), ['results']);
    assert.deepEqual(await known(id(95)), []);
    assert.deepEqual(await known('4711'), []);
    const told = (await tell(id(98))).elsewhere!.evidence.map(({ says }) => says).join(' ');
    assert.match(told, /shop\.tasks\.first .*it names no row/);
  });

  it('says of a Celery id without an index that the whole table is read, and sends one statement for it', async () => {
    const search = async (): Promise<readonly [labels: string[], searches: Statement[]]> => {
      const labels: string[] = [];
      const kept: Statement[] = [];
      await tellStory(
        { postgres: keeping(sources.postgres, kept) },
        STORY,
        { by: 'celery', id: id(4) },
        { signal: new AbortController().signal, onProgress: ({ label }) => labels.push(label) },
      );
      return [labels, kept.filter(({ values }) => values.includes(id(4)))];
    };
    await database.run(`analyze ${TABLE}`);
    const [without, searched] = await search();
    assert.ok(without.includes('task_id has no index: reading the whole table, about 8 rows...'), without.join('\n'));
    assert.equal(searched.length, 1);
    await database.run(`create index task_id_like on ${TABLE} (task_id varchar_pattern_ops)`);
    const [withIndex, again] = await search();
    assert.ok(!withIndex.some((label) => label.includes('no index')), withIndex.join('\n'));
    assert.equal(again.length, 1);
    await database.run('drop index task_id_like');
  });

  it('ends a pass for a Celery id at the statement timeout, with one sentence that names the other way', async () => {
    await database.run(
      `create view slow_tasks as select t.* from ${TABLE} t, lateral (select pg_sleep(30) where t.id > 0) pause`,
    );
    const problem = await problemOf(
      () => tell(id(4), { table: 'slow_tasks' }, { postgres: snapshots(database.url, { statementTimeoutMs: 300 }) }),
      'timeout',
    );
    await database.run('drop view slow_tasks');
    assert.match(problem.message, /task_id has no index: ask by the id of the row/);
  });

  it('announces each step of its plan', async () => {
    const steps = new Set<number>();
    await tellStory(
      sources,
      STORY,
      { by: 'row', id: 3 },
      {
        signal: new AbortController().signal,
        onProgress: ({ step, steps: all }) => {
          assert.equal(all, storyPlan().length);
          steps.add(step);
        },
      },
    );
    assert.deepEqual(
      [...steps],
      storyPlan().map((_, place) => place + 1),
    );
  });

  it('asks for the grant of the column where a Celery id cannot be looked for, and still tells of a row', async () => {
    const role = await database.createRole();
    await database.run(`grant select (id, task_module, task_name, status, last_run) on ${TABLE} to ${role}`);
    const from = { postgres: snapshots(database.urlAs(role)) };
    const problem = await problemOf(() => tell(id(1), {}, from), 'permission');
    assert.match(problem.message, /may not read the column task_id/);
    assert.equal((await tell('4', {}, from)).task?.status, 'ERROR');
    await database.run(`drop owned by ${role}`);
  });

  it('reads one row of a large table by primary key, and nothing else of it but the newest rows', async () => {
    await fillTasks(database, 50_000, 5);
    const kept: Statement[] = [];
    const story = await tell('40000', { compares: false }, { ...sources, postgres: keeping(sources.postgres, kept) });
    assert.equal(story.task?.taskId, taskIdOf(40_000));
    assert.ok(kept.length > 0 && kept.length < 12, `${String(kept.length)} statements`);
    let rows = 0;
    for (const { text, values } of kept) {
      const plan = await database.value(`explain (format json, analyze, timing off, costs off) ${text}`, [...values]);
      assert.doesNotMatch(plan ?? '', /Seq Scan[^}]*task_manager/, text);
      rows += [...(plan ?? '').matchAll(/"Relation Name":[^}]*?"Actual Rows": (\d+)/g)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    }
    assert.ok(rows <= 1000 + kept.length, `${String(rows)} rows were read`);
    assert.ok(story.sources.some(({ name, detail }) => name === 'siblings' && detail.includes('about 50,000 rows')));
  });
});
