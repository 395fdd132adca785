/** The smallest form of everything that the fuzz tests (test/fuzz) have found. */
import assert from 'node:assert/strict';
import { echo } from '../../../src/base/quoteInput';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import { parseRedisUrl } from '../../../src/connect/redis/redisUrl';
import { readEnvFile } from '../../../src/connect/env/envFile';
import { withoutPassword } from '../../../src/connect/postgres/withoutPassword';
import { decodeBase64 } from '../../../src/wire/base64';
import { discover } from '../../../src/brokers/redis/queues/discover';
import { Gaps } from '../../../src/brokers/redis/queues/gaps';
import { isoSeconds } from '../../../src/wire/celeryTime';
import { readListItem } from '../../../src/brokers/redis/queues/message';
import { MessageIndex } from '../../../src/brokers/redis/queues/messageIndex';
import { parsePythonJson, parsePythonJsonBytes } from '../../../src/wire/pythonJson';
import { buffers, count, scanned, Turns } from '../../../src/brokers/redis/queues/replies';
import { effectRulesOf } from '../../../src/effects/rulesFile';
import type { RedisReader } from '../../../src/ports/redis';
import { joinAnswers } from '../../../src/brokers/redis/workers/answers';
import { possibleWorkers } from '../../../src/brokers/redis/workers/clients';
import { registeredTask } from '../../../src/brokers/workers/registered';
import { reportedTasks } from '../../../src/brokers/workers/tasks';
import { code } from '../../../src/report/markdownText';
import { parseTableName } from '../../../src/sql/identifiers';
import { problemOf } from '../../support/problems';
import { kombuMessage } from '../../support/redis';

const deep = '['.repeat(100_000) + ']'.repeat(100_000);

function quick(work: () => unknown): void {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  assert.ok(user + system < 250_000, `${String((user + system) / 1000)} ms`);
}

describe('check/brokenInput', () => {
  it('broken input does not keep anybody busy', () => {
    quick(() => echo('a'.repeat(30_000)));
    quick(() => registeredTask(' ['.repeat(30_000)));
    quick(() => parsePythonJson(`{"a": NaN, "b": "${'\\"'.repeat(30_000)}`));
    quick(() => readEnvFile('\n'.repeat(30_000)));
    quick(() => readEnvFile(`A=a#${' '.repeat(40_000)}`));
  });

  it('broken input of any depth or length is a Problem or a text', async () => {
    await problemOf(() => effectRulesOf(deep, 'effects.json'), 'invalid');
    assert.equal(echo(JSON.parse(deep)), 'a value that cannot be shown');
    assert.ok(code('`a'.repeat(500_000)).length > 1_000_000);
    await problemOf(() => parsePostgresUrl(`postgres://${'@h?a=b'.repeat(100_000)}`, 'DATABASE_URL'), 'invalid');
    await problemOf(() => parseRedisUrl(`redis://${'@h?a=b'.repeat(100_000)}`, 'REDIS_URL'), 'invalid');
    await problemOf(() => parseTableName('t'.repeat(64)), 'invalid');
    assert.equal(parseTableName('t'.repeat(63)), `"${'t'.repeat(63)}"`);
  });

  it('broken input shows no password and steers no terminal', async () => {
    for (const url of [
      'redis://u:s3cret@host:x/0',
      'amqp://u:s3cret@one:1,two:2//',
      'postgres://:p@%/s3cret@host:x/d',
      'amqp://u:p@?s3cret@host:x/',
    ])
      assert.ok(!withoutPassword(url).includes('s3cret'), withoutPassword(url));
    assert.equal(withoutPassword('redis://host/0?name=a@b'), 'redis://host/0?name=a@b');
    await problemOf(() => parsePostgresUrl('postgres://:p@%/s3cret@host:x/d', 'DATABASE_URL'), 'invalid');
    await problemOf(() => parsePostgresUrl('postgres://u@h/d?sslmode=%1b[31m', 'DATABASE_URL'), 'invalid');
  });
});

describe('check/brokenInput', () => {
  it('broken evidence in another encoding is none', () => {
    assert.equal(parsePythonJsonBytes(Buffer.from('"\xff"', 'latin1')), undefined);
    assert.equal(decodeBase64('aGVs*G8='), undefined);
    assert.equal(decodeBase64('aGVsbG8'), undefined);
    assert.equal(decodeBase64('aGV-bG8='), undefined);
    assert.equal(decodeBase64('aGVsbG8=')?.toString(), 'hello');
    assert.equal(decodeBase64('')?.length, 0);
  });

  it('broken evidence that names no number is none', () => {
    assert.deepEqual(parsePythonJson('[NaN, -Infinity, "NaN"]'), [Infinity, -Infinity, 'NaN']);
    const body = '[[], {"task_manager_id": NaN}, {}]';
    const message = readListItem(Buffer.from(kombuMessage({ body })));
    assert.deepEqual([message?.told.managerId, message?.managerIdHiddenBy], [null, 'an id that is no row number']);
  });

  it('broken evidence is named in words of ours', () => {
    const hidden = (fields: Parameters<typeof kombuMessage>[0]) =>
      readListItem(Buffer.from(kombuMessage({ ...fields, headers: { kwargsrepr: '...', ...fields?.headers } })))
        ?.managerIdHiddenBy;
    assert.equal(hidden({ contentType: 'constructor' }), 'unknown content type');
    assert.equal(hidden({ headers: { compression: 'one-of-a-million' } }), 'unknown compression');
    assert.equal(hidden({ headers: { compression: 'application/x-bz2' } }), 'application/x-bz2 compression');
  });

  it('broken evidence says nothing of an id that it does not have', () => {
    const hidden = readListItem(Buffer.from(kombuMessage({ body: '[[], {' })))?.managerIdHiddenBy;
    assert.equal(hidden, 'broken JSON body', 'its kwargsrepr says {}, and may be broken too');
    const pickled = kombuMessage({ contentType: 'application/x-python-serialize' });
    assert.equal(readListItem(Buffer.from(pickled))?.managerIdHiddenBy, null);
  });

  it('broken evidence with the tag of another message does not hide it', () => {
    const index = new MessageIndex();
    const messages = index.of('');
    const at = { place: 'queue', queue: 'q', priority: 0, position: 1, listLength: 2, deliveredAt: null } as const;
    for (const id of ['one', 'two'])
      messages.add('tag', readListItem(Buffer.from(kombuMessage({ id, tag: 'tag' }))), at);
    const found = index.finish().find({ id: 0, taskId: 'one' });
    assert.deepEqual([found.map(({ taskId }) => taskId), messages.size, messages.broken.size], [['one'], 1, 1]);
  });

  it('broken evidence is no time that no calendar has', () => {
    assert.equal(isoSeconds('9999-12-31T23:59:59-23:59'), null);
    const told = reportedTasks('active', 'w', [{ id: 'a', kwargs: {}, time_start: 1e300 }]);
    assert.equal(told[0]?.startedAt, null);
  });

  it('broken evidence of a worker is no number that nothing has', () => {
    const stats = {
      pool: { 'max-concurrency': -1.5 },
      uptime: -1,
      broker: { transport_options: { visibility_timeout: 1e300 } },
    };
    const { workers, visibilityTimeout } = joinAnswers([
      {
        prefix: '',
        receivers: 1,
        answers: new Map([['stats', [{ worker: 'w', value: stats }]]]),
        spared: [],
        unreadable: 0,
      },
    ]);
    assert.deepEqual([workers[0]?.concurrency, workers[0]?.uptimeSeconds, visibilityTimeout], [null, null, null]);
  });

  it('broken evidence of a client makes the list of clients incomplete', () => {
    const ours = 'id=9 name= idle=0 flags=N db=0 psub=0 cmd=client|list';
    assert.equal(possibleWorkers(`${ours}\nid=3 name= idle=0 flags=b db=0 psub=0 cmd=brpop`, 0, 30)?.takers, 1);
    for (const line of ['id=3 idle=0 flags=b psub=0 cmd=brpop', 'id=3 idle=0 flags=b db=0 psub=0', 'id=3'])
      assert.equal(possibleWorkers(`${ours}\n${line}`, 0, 30), null, line);
  });

  it('broken evidence that no command answers is a Problem', async () => {
    await problemOf(() => count(null), 'unknown');
    await problemOf(() => count(NaN), 'unknown');
    await problemOf(() => buffers(null), 'unknown');
    await problemOf(() => buffers([null]), 'unknown');
    await problemOf(() => scanned([Buffer.from('x'), []]), 'unknown');
    await problemOf(() => {
      for (const turns = new Turns(0); ;) turns.next();
    }, 'unknown');
  });

  it('broken evidence in a binding is a gap, for it is the name of a queue that was not searched', async () => {
    const redis: RedisReader = {
      address: 'localhost:6379/0',
      commands: 0,
      call: (name) => Promise.resolve(name === 'DBSIZE' ? 1 : [Buffer.from('0'), []]),
      pipeline: (commands) =>
        Promise.resolve(commands.map(() => [Buffer.from('q\xff\x06\x16\x06\x16q\xff', 'latin1')])),
    };
    const gaps = new Gaps();
    await discover(redis, { queues: [], maxKeys: 10 }, gaps, () => undefined, new AbortController().signal);
    assert.equal(gaps.text(), 'a binding in "_kombu.binding.celery" is not UTF-8');
  });
});
