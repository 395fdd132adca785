import assert from 'node:assert/strict';
import { LINKS } from '../../../src/verdicts/advice/links';
import { celeryCommand, celeryInspect, redisCommand, startWorker } from '../../../src/verdicts/advice/snippets';
import { rowsQuery } from '../../../src/tables/taskManager/snippets';

const TABLE = { sql: '"public"."task_manager_taskmanager"', columns: new Set(['id', 'status', 'task_id', 'last_run']) };

describe('verdicts/snippets', () => {
  it('snippets show rows by a query with the columns that are there', () => {
    assert.deepEqual(rowsQuery(TABLE, [3, 1]), [
      {
        language: 'sql',
        title: 'Copy the query for example rows',
        text: 'select id, status, task_id, last_run\n  from "public"."task_manager_taskmanager"\n where id in (3, 1)\n order by id;',
      },
    ]);
    assert.equal(rowsQuery(TABLE, [3])[0]?.title, 'Copy the query for an example row');
    assert.deepEqual(rowsQuery(TABLE, []), []);
  });

  it('snippets leave out a table or a queue whose name could steer a terminal', () => {
    assert.deepEqual(rowsQuery({ ...TABLE, sql: '"public"."a\u001b[201~\nrm"' }, [1]), []);
    for (const name of ['a\nrm -rf', 'a\u001b[201~', 'a,b', '-A', 'a\u202eb'])
      assert.deepEqual(startWorker([name]), []);
  });

  it('snippets quote the names of queues for a shell', () => {
    const command = (queues: string[]): string | undefined => startWorker(queues)[0]?.text.split('\n').at(-1);
    assert.equal(command(['celery', 'e-mails.high']), 'celery -A PROJECT worker -Q celery,e-mails.high');
    assert.equal(command(['a b', "it's $(rm)"]), `celery -A PROJECT worker -Q 'a b,it'\\''s $(rm)'`);
    assert.equal(command([]), 'celery -A PROJECT worker');
  });

  it('snippets that do something begin with a comment that says so', () => {
    assert.match(startWorker(['celery'])[0]!.text, /^# Starts a worker.*Review first\.\n/);
    assert.match(celeryInspect('ping').text, /^# Asks the workers/);
  });

  it('snippets have comments in which a shell that does not know comments finds nothing to do', () => {
    const all = [celeryInspect('ping'), ...startWorker(['celery']), celeryCommand('t', 'x', 'Words.')];
    for (const { text } of all)
      for (const line of text.split('\n').filter((each) => each.startsWith('#')))
        assert.match(line, /^# [A-Za-z ,.]+$/);
  });

  it('snippets never name a server or a password', () => {
    assert.equal(
      redisCommand('t', 'PING', 'LLEN celery').text,
      'redis-cli -u "$REDIS_URL" PING\nredis-cli -u "$REDIS_URL" LLEN celery',
    );
  });
});

describe('verdicts/snippets', () => {
  it('links of recommendations lead to official documentation, each to its own page', () => {
    const urls = Object.values(LINKS).map(({ url }) => url);
    for (const url of urls)
      assert.match(
        url,
        /^https:\/\/(docs\.celeryq\.dev\/en\/stable|redis\.io\/docs\/latest|www\.rabbitmq\.com\/docs|docs\.djangoproject\.com\/en\/stable|www\.postgresql\.org\/docs\/current)\//,
      );
    assert.equal(new Set(urls).size, urls.length);
  });
});
