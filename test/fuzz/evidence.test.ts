/** What Redis, Celery and its workers wrote, broken in every way: it is read as what it still says, or not at all. */
import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { boundQueues } from '../../src/brokers/redis/queues/bindings';
import { isoSeconds } from '../../src/wire/celeryTime';
import { managerIdInRepr } from '../../src/wire/kwargsRepr';
import { parseListItem, readListItem, readTaken } from '../../src/brokers/redis/queues/message';
import { type ReadMessage } from '../../src/brokers/redis/queues/messageTypes';
import { Messages } from '../../src/brokers/redis/queues/messages';
import { parsePythonJson } from '../../src/wire/pythonJson';
import { readUsualMessage } from '../../src/brokers/redis/queues/decodeMessageFast';
import { keyText } from '../../src/brokers/redis/queues/replies';
import { readServer } from '../../src/brokers/redis/server';
import type { RedisReader, RedisReply } from '../../src/ports/redis';
import { parseResultPayload, readResultPayload } from '../../src/results/payload';
import { type ResultPayload } from '../../src/results/payloadTypes';
import { readException } from '../../src/results/exception';
import { readUsualPayload } from '../../src/results/decodePayloadFast';
import { possibleWorkers } from '../../src/brokers/redis/workers/clients';
import { decodeReply } from '../../src/brokers/redis/workers/envelope';
import { readHeartbeats } from '../../src/brokers/redis/workers/heartbeats';
import { allTasksAreJson } from '../../src/brokers/redis/workers/jsonOnly';
import { registeredTask } from '../../src/brokers/workers/registered';
import { reportedTasks } from '../../src/brokers/workers/tasks';
import type { Random } from '../support/random';
import { CLIENTS, EVENTS, MESSAGES, REPLIES, RESULTS, TAKEN } from './support/captured';
import { fuzz, shown } from './support/fuzz';
import { anyBytes, anyText, anyValue, mutateBytes, mutateText, mutateValue, pythonJson } from './support/mutate';
import { extremes } from './support/speed';

/** A text of JSON, or its bytes, broken. */
function broken(random: Random, texts: readonly (string | Buffer)[]): Buffer {
  const bytes = Buffer.from(random.pick(texts));
  const way = random.integer(0, 3);
  if (way === 0) return anyBytes(random);
  if (way === 1) return mutateBytes(random, bytes);
  const value = parsePythonJson(bytes.toString());
  if (value === undefined) return mutateBytes(random, bytes);
  return Buffer.from(pythonJson(random, way === 2 ? mutateValue(random, value) : mutateBody(random, value)));
}

/** The same with what stands in base64 inside. */
function mutateBody(random: Random, value: unknown): unknown {
  const envelope = structuredClone(Array.isArray(value) ? (value[0] as unknown) : value) as { body?: unknown } | null;
  if (typeof envelope?.body !== 'string') return mutateValue(random, value);
  const body = parsePythonJson(Buffer.from(envelope.body, 'base64').toString());
  const text = body === undefined ? '' : pythonJson(random, mutateValue(random, body));
  envelope.body = Buffer.from(text).toString('base64');
  return Array.isArray(value) ? [envelope, ...(value as unknown[]).slice(1)] : envelope;
}

const text = (value: unknown, most: number): void => {
  assert.ok(typeof value === 'string' && value.length <= most);
};
const textOrNull = (value: unknown, most: number): void => {
  if (value !== null) text(value, most);
};
const wholeOrNull = (value: unknown): void => {
  assert.ok(value === null || Number.isSafeInteger(value), String(value));
};
/** A time that can be shown. */
const timeOrNull = (value: unknown): void => {
  assert.ok(value === null || !Number.isNaN(Date.parse(new Date((value as number) * 1000).toISOString())));
  if (value !== null) assert.match(new Date((value as number) * 1000).toISOString(), /^\d{4}-/);
};
const flagOrNull = (value: unknown): void => {
  assert.ok(value === null || typeof value === 'boolean');
};

function assertMessage(message: ReadMessage | undefined): void {
  if (message === undefined) return;
  const { told, tag, managerIdHiddenBy } = message;
  text(told.taskId, 255);
  assert.notEqual(told.taskId, '');
  text(told.task, 255);
  wholeOrNull(told.managerId);
  wholeOrNull(told.libraryAttempts);
  assert.ok(Number.isSafeInteger(told.retries));
  timeOrNull(told.eta);
  timeOrNull(told.expires);
  assert.equal(typeof told.redelivered, 'boolean');
  textOrNull(tag, Infinity);
  textOrNull(managerIdHiddenBy, 60);
  if (managerIdHiddenBy !== null) assert.equal(told.managerId, null);
}

function assertResult(payload: ResultPayload): void {
  textOrNull(payload.state, 200);
  textOrNull(payload.exceptionType, 200);
  textOrNull(payload.exceptionMessage, 500);
  flagOrNull(payload.returnedValue);
  flagOrNull(payload.byWorker);
  timeOrNull(payload.doneAt);
  textOrNull(payload.note, 100);
  assert.ok(payload.state !== null || payload.note !== null, 'what was not decoded says why');
}

/** Those that are read without the parser. */
const USUAL = MESSAGES.filter((text) => readUsualMessage(Buffer.from(text)));

const USUAL_RESULTS = RESULTS.filter((bytes) => readUsualPayload(bytes, new Set(['FAILURE', 'RETRY', 'REVOKED'])));

describe('broken evidence', () => {
  fuzz('messages in queues', 3000, (random) => {
    assertMessage(readListItem(broken(random, MESSAGES)));
  });

  fuzz('messages in queues that are read without the parser', 6000, (random) => {
    const usual = random.pick(USUAL);
    // Half of them in the body, where the layout leaves the most room; spaced as Python does.
    const [start, body = ''] = [usual.indexOf('"', 9) + 1, /"body": "([^"]*)"/.exec(usual)?.[1]];
    const inside = mutateBytes(random, Buffer.from(body, 'base64')).toString('base64');
    const item =
      random.next() < 0.5
        ? mutateBytes(random, Buffer.from(usual))
        : Buffer.from(usual.slice(0, start) + inside + usual.slice(start + body.length));
    const read = readUsualMessage(item);
    if (read) assert.deepEqual(read, parseListItem(item), shown(item));
  });

  fuzz('messages with workers', 2000, (random) => {
    const message = readTaken(broken(random, TAKEN));
    assertMessage(message);
    if (message) for (const name of [message.exchange, message.routingKey]) text(name, 255);
  });

  for (const [name, json] of extremes())
    it(`messages and results that are or hold ${name}`, () => {
      const inside = `{"headers": {"id": "a", "task": "b", "kwargsrepr": ${json}}, "body": ${json}, "properties": ${json}}`;
      const base64 = `{"headers": {"id": "a", "task": "b"}, "body": "${Buffer.from(`[[], ${json}, {}]`).toString('base64')}", "properties": {"body_encoding": "base64"}}`;
      for (const one of [json, inside, base64]) {
        assertMessage(readListItem(Buffer.from(one)));
        assertMessage(readTaken(Buffer.from(`[${one}, ${json}, ${json}]`)));
      }
      for (const one of [json, `{"status": "FAILURE", "result": ${json}}`, `{"status": ${json}, "result": null}`])
        assertResult(readResultPayload(Buffer.from(one)));
      decodeReply(Buffer.from(inside));
    });

  it('a compressed body is unpacked to a limit, and then not at all', () => {
    const bomb = deflateSync(Buffer.alloc(40 * 1024 * 1024, 0x20)).toString('base64');
    const message = readListItem(
      Buffer.from(
        `{"headers": {"id": "a", "task": "b", "compression": "application/x-gzip"}, "properties": {"body_encoding": "base64"}, "body": "${bomb}"}`,
      ),
    );
    assert.equal(message?.managerIdHiddenBy, 'broken or too large compressed body');
  });

  fuzz('task_manager_id in kwargsrepr', 2000, (random) => {
    const whole = "{'task_manager_id': 42, 'note': 'it\\'s', 'list': [1, {'a': (2,)}]}";
    const id = managerIdInRepr(random.pick([mutateText(random, whole), anyText(random), anyValue(random)]));
    assert.ok(id === undefined || id === null || Number.isSafeInteger(id));
  });

  fuzz('times', 2000, (random) => {
    timeOrNull(isoSeconds(mutateText(random, '2026-11-23T11:25:11.668734+00:00')));
    timeOrNull(isoSeconds(anyValue(random)));
  });

  fuzz('bindings', 2000, (random) => {
    const members = ['celery\x06\x16\x06\x16celery', 'a:b::a:b', 'x\x06\x16^x$\x06\x16y', 'w.celery.pidbox'];
    const bindings = ['celery', 'celery.pidbox', 'celeryev', 'shop'].map((exchange) => ({
      exchange,
      members: Array.from({ length: random.integer(0, 3) }, () => mutateText(random, random.pick(members))),
    }));
    const { queues, separator, unsplit } = boundQueues(bindings);
    assert.notEqual(separator, '');
    for (const { name } of queues) assert.notEqual(name, '');
    const read = bindings.filter(({ exchange }) => exchange === 'celery' || exchange === 'shop');
    assert.ok(queues.length + unsplit.length <= read.flatMap((binding) => binding.members).length);
  });

  fuzz('names of keys', 500, (random) => {
    const bytes = random.pick([anyBytes(random, 20), mutateBytes(random, Buffer.from('_kombu.binding.é'))]);
    const key = keyText(bytes);
    if (key !== undefined) assert.deepEqual(Buffer.from(key), bytes);
  });

  fuzz('results', 3000, (random) => {
    assertResult(readResultPayload(broken(random, RESULTS)));
    for (const word of Object.values(readException(anyValue(random)))) textOrNull(word, 500);
  });

  fuzz('results that are read without the parser', 3000, (random) => {
    const value = mutateBytes(random, random.pick(USUAL_RESULTS));
    const read = readUsualPayload(value, new Set(['FAILURE', 'RETRY', 'REVOKED']));
    if (read) assert.deepEqual(read, parseResultPayload(value), shown(value));
  });

  fuzz('answers of workers', 2000, (random) => {
    const reply = decodeReply(broken(random, REPLIES));
    if (reply === null) return;
    text(reply.ticket, 512);
    if (reply.answer === null) return;
    text(reply.answer.worker, 512);
    for (const state of ['active', 'reserved', 'scheduled'] as const) assertTasks(state, reply.answer.value);
  });

  fuzz('tasks of workers', 2000, (random) => {
    const request = { id: 'a', kwargs: { task_manager_id: 5 }, time_start: 1795432562.5 };
    const value = mutateValue(random, [request, { eta: '2026-11-23T11:25:11', request }]);
    for (const state of ['active', 'reserved', 'scheduled'] as const) assertTasks(state, value);
    assert.equal(typeof allTasksAreJson(anyValue(random)), 'boolean');
    registeredTask(mutateText(random, 'shop.tasks.send [serializer=json]'));
  });

  function assertTasks(state: 'active' | 'reserved' | 'scheduled', value: unknown): void {
    const tasks = reportedTasks(state, 'w', value);
    // Each is counted: one that cannot be read may be the one that is looked for.
    assert.equal(tasks.length, Array.isArray(value) ? value.length : 0);
    for (const { taskId, managerId, eta, startedAt, told } of tasks) {
      text(taskId, 512);
      wholeOrNull(managerId);
      timeOrNull(eta);
      timeOrNull(startedAt);
      if (taskId === '') assert.ok(!told);
    }
  }

  fuzz('heartbeats', 1000, (random) => {
    const { channel, data } = random.pick(EVENTS);
    const messages = [{ channel: mutateText(random, channel), data: broken(random, [data]) }];
    const heard = readHeartbeats([...messages, { channel, data: broken(random, [data]) }], 0, ['']);
    for (const [name, active] of heard.workers) {
      text(name, 512);
      wholeOrNull(active);
      assert.ok((active ?? 0) >= 0);
    }
  });

  fuzz('lists of clients', 1000, (random) => {
    const list = mutateText(random, Array.from({ length: 3 }, () => random.pick(CLIENTS)).join('\n'));
    const seen = possibleWorkers(list, 0, 30);
    if (seen === null) return;
    for (const number of Object.values(seen)) assert.ok(Number.isSafeInteger(number) && number >= 0);
  });

  fuzz('INFO', 1000, async (random) => {
    const info =
      '# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:100\r\nused_memory:1000\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\nevicted_keys:0\r\naof_enabled:0\r\nrdb_last_save_time:1795432562\r\nrole:master\r\ncmdstat_flushall:calls=1,usec=2\r\n';
    const replies = (): RedisReply =>
      random.pick<RedisReply>([Buffer.from(mutateText(random, info)), null, 5, [], new Error('NOPERM')]);
    const redis: RedisReader = {
      address: 'localhost:6379/0',
      commands: 0,
      call: () => Promise.reject(new Error('not asked')),
      pipeline: (commands) =>
        Promise.resolve(commands.map(([name]) => (name === 'TIME' ? [Buffer.from('1795432600')] : replies()))),
    };
    const facts = await readServer(redis, 'broker');
    textOrNull(facts.version, 100);
    textOrNull(facts.evictionPolicy, 100);
    for (const time of [facts.startedAt, facts.lastSaveAt]) timeOrNull(time === null ? null : Date.parse(time) / 1000);
    for (const number of [facts.usedMemoryBytes, facts.maxMemoryBytes, facts.evictedKeys, facts.flushes]) {
      wholeOrNull(number);
      assert.ok((number ?? 0) >= 0);
    }
    flagOrNull(facts.replica);
    flagOrNull(facts.appendOnly);
  });

  fuzz('JSON of Python', 2000, (random) => {
    const written = pythonJson(random, anyValue(random, 4));
    const read = parsePythonJson(written);
    // What is JSON is read as JSON is.
    const plain = safely(() => JSON.parse(written) as unknown);
    if (plain !== undefined) assert.deepEqual(read, plain);
    parsePythonJson(mutateText(random, written.replace(/\d+/, 'NaN')));
  });

  fuzz('an index of messages counts every one', 500, (random) => {
    const messages = new Messages();
    const place = {
      place: 'queue',
      queue: 'celery',
      priority: 0,
      position: 1,
      listLength: 1,
      deliveredAt: null,
    } as const;
    const ids = ['a', 'b', '__proto__', 'constructor'];
    const given = Array.from({ length: random.integer(1, 6) }, () => random.pick(ids));
    for (const id of given)
      messages.add(id, readListItem(Buffer.from(`{"headers": {"task": "t", "id": "${id}"}}`)), place);
    assert.equal(messages.size, new Set(given).size);
  });
});

function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
