/**
 * What is broken must not make anybody believe that a task is lost: rows are judged by the product's own search and rules, while some of
 * their messages, or of what workers say, are broken.
 */
import assert from 'node:assert/strict';
import { readBroker } from '../../src/brokers/redis/queues/readBroker';
import type { BrokerView, WorkersView } from '../../src/model/facts';
import type { Mailbox, RedisReply } from '../../src/ports/redis';
import { Problem } from '../../src/base/problem';
import { possibleWorkers } from '../../src/brokers/redis/workers/clients';
import { joinAnswers } from '../../src/brokers/redis/workers/answers';
import { converse } from '../../src/brokers/redis/workers/conversation';
import { decodeEnvelope } from '../../src/brokers/redis/workers/envelope';
import { viewWorkers } from '../../src/brokers/redis/workers/view';
import { judge } from '../../src/verdicts/judge';
import { explain } from '../../src/verdicts/evidence';
import { RULES } from '../../src/causes/rules';
import { facts, pending, row, unpublished, world } from '../support/facts';
import type { Random } from '../support/random';
import { kombuMessage, takenMessage } from '../support/redis';
import { fuzz, shown } from './support/fuzz';
import { anyValue, mutateBytes, mutateValue } from './support/mutate';
import { redisOf, type Keys } from './support/redis';
import { isWholeMessage, isWholeTaken } from './support/strict';

const { signal } = new AbortController();
const SEPARATOR = '\x06\x16';

/** A row that would be called lost if its message were nowhere, and that message. */
interface Case {
  readonly stuck: ReturnType<typeof row>;
  readonly place: 'queue' | 'unacked';
  readonly message: Buffer;
  readonly mangled: boolean;
}

const taskId = (id: number): string => `11111111-0000-4000-8000-${String(id).padStart(12, '0')}`;
const tag = (id: number): string => `22222222-0000-4000-8000-${String(id).padStart(12, '0')}`;

function makeCase(random: Random, id: number): Case {
  const place = random.pick(['queue', 'unacked'] as const);
  // The message of a retry has an id that the row does not know.
  const retry = random.next() < 0.5;
  const messageId = retry ? taskId(id + 1000) : taskId(id);
  const fields = {
    id: messageId,
    tag: tag(id),
    kwargs: { task_manager_id: id, ...(retry ? { attempts: 1 } : {}) },
    headers: { kwargsrepr: `{'task_manager_id': ${String(id)}${retry ? ", 'attempts': 1" : ''}}` },
  };
  const whole = Buffer.from(place === 'queue' ? kombuMessage(fields) : takenMessage(fields));
  const stuck = random.pick([row, pending, unpublished])({ id });
  const mangled = random.next() < 0.3;
  return {
    stuck: { ...stuck, taskId: stuck.taskId === '' ? '' : taskId(id) },
    place,
    message: mangled ? mangle(random, whole) : whole,
    mangled,
  };
}

function mangle(random: Random, whole: Buffer): Buffer {
  return random.next() < 0.5
    ? mutateBytes(random, whole)
    : Buffer.from(JSON.stringify(mutateValue(random, JSON.parse(whole.toString()))));
}

function keysOf(cases: readonly Case[]): Keys {
  const taken = cases.filter(({ place }) => place === 'unacked');
  return {
    sets: new Map([['_kombu.binding.celery', [Buffer.from(`celery${SEPARATOR}${SEPARATOR}celery`)]]]),
    lists: new Map([['celery', cases.filter(({ place }) => place === 'queue').map(({ message }) => message)]]),
    hashes: new Map([['unacked', taken.map(({ stuck, message }) => [Buffer.from(tag(stuck.id)), message] as const)]]),
    scores: new Map([['unacked_index', new Map(taken.map(({ stuck }) => [tag(stuck.id), '1795428000.5']))]]),
  };
}

function search(keys: Keys, garble?: (command: string, reply: RedisReply) => RedisReply): Promise<BrokerView> {
  return readBroker(redisOf(keys, garble), { maxMessages: 10_000 }, () => undefined, signal);
}

function verdictOf(stuck: Case['stuck'], view: { broker?: BrokerView; workers?: WorkersView }): string {
  const around = world(view);
  const known = facts({ row: stuck, messages: around.broker.find(stuck), tasks: around.workers.find(stuck) });
  const { verdict } = judge(known, around, RULES);
  // Its words are made of what was read: they must never fail.
  for (const { says } of explain(known, around, verdict)) assert.doesNotMatch(says, /NaN|undefined|\[object|function/);
  return verdict;
}

/** Whether the search lets the rules believe that this row has no message. */
function isNowhere(stuck: Case['stuck'], broker: BrokerView): boolean {
  return broker.contents === 'read' && broker.find(stuck).length === 0;
}

describe('no broken message makes a task lost', () => {
  it('and a message that is nowhere does', async () => {
    const view = await search(keysOf([]));
    assert.equal(verdictOf(unpublished(), { broker: view }), 'lost');
    for (const stuck of [row(), pending()]) assert.ok(isNowhere(stuck, view));
  });

  fuzz('wherever it lies, and whatever else lies there', 1500, async (random) => {
    const cases = Array.from({ length: random.integer(1, 8) }, (_, index) => makeCase(random, index + 1));
    const broker = await search(keysOf(cases));
    assert.equal(broker.contents === 'read', broker.incompleteBecause === null);
    for (const { stuck, message, mangled, place } of cases) {
      const verdict = verdictOf(stuck, { broker });
      if (!mangled) assert.ok(['waiting', 'held'].includes(verdict), `${verdict}, although its message is whole`);
      else if (!(place === 'queue' ? isWholeMessage : isWholeTaken)(message))
        assert.ok(verdict !== 'lost' && !isNowhere(stuck, broker), shown(message));
    }
  });

  fuzz('whatever the queues are called', 500, async (random) => {
    const name = random.pick(['orders', 'a:b', 'é', 'x y']);
    const member = mutateBytes(random, Buffer.from(`${name}${SEPARATOR}${SEPARATOR}${name}`));
    const { message } = makeCase(random, 1);
    const stuck = unpublished({ id: 1 });
    const view = await search({
      sets: new Map([['_kombu.binding.shop', [member]]]),
      lists: new Map([[name, [message]]]),
      hashes: new Map(),
      scores: new Map(),
    });
    // A name that is text may be that of another queue.
    const isText = Buffer.from(member.toString('utf8')).equals(member);
    if (!isText) assert.notEqual(verdictOf(stuck, { broker: view }), 'lost', shown(member));
  });

  fuzz('whatever Redis answers', 1000, async (random) => {
    const cases = [makeCase(random, 1), makeCase(random, 2)].map((one) => ({ ...one, mangled: false }));
    const wrong = random.pick(['LLEN', 'LRANGE', 'HLEN', 'HSCAN', 'SMEMBERS', 'ZSCORE', 'ZCARD', 'ZRANGE', 'SCAN']);
    const answer = strangeReply(random);
    const view = await search(keysOf(cases), (command, reply) => (command === wrong ? answer : reply)).catch(
      (error: unknown) => {
        assert.ok(error instanceof Problem || error === answer, String(error));
      },
    );
    if (!view) return;
    for (const { stuck } of cases) verdictOf(stuck, { broker: view });
    assert.ok(Number.isSafeInteger(view.unacked) && view.queues.every(({ length }) => length >= 0));
  });
});

function strangeReply(random: Random, depth = 2): RedisReply {
  const kind = random.integer(0, depth > 0 ? 5 : 3);
  if (kind === 0) return null;
  if (kind === 1) return random.pick([-1, 0, 1, 1e300, NaN]);
  if (kind === 2) return Buffer.from(random.pick(['0', '', 'inf', 'nan', '-1', '\xff', '{}', '1e400']), 'latin1');
  if (kind === 3) return new Error('WRONGTYPE Operation against a key holding the wrong kind of value');
  return Array.from({ length: random.integer(0, 3) }, () => strangeReply(random, depth - 1));
}

describe('no broken answer of a worker makes a task lost', () => {
  const held = unpublished({ id: 41, taskId: taskId(41) });
  const task = { id: held.taskId, name: 'shop.tasks.send', args: [], kwargs: { task_manager_id: 41 }, time_start: 1 };
  const answers: Readonly<Record<string, unknown>> = {
    ping: { ok: 'pong' },
    active: [],
    reserved: [],
    scheduled: [],
    registered: ['shop.tasks.send [serializer=json]'],
    revoked: [],
    active_queues: [{ name: 'celery' }],
    stats: { pool: { 'max-concurrency': 2 }, uptime: 10, broker: { transport_options: {} } },
  };

  fuzz('that has it', 300, async (random) => {
    const where = random.pick(['active', 'reserved', 'scheduled']);
    const told = where === 'scheduled' ? [{ eta: '2026-11-23T12:00:00+00:00', request: task }] : [task];
    const method = random.next() < 0.7 ? where : random.pick(Object.keys(answers));
    const valueOf = (asked: string): unknown => (asked === where ? told : answers[asked]);
    const broken: string[] = [];
    const mailbox = mailboxOf((asked) => {
      const whole = Buffer.from(JSON.stringify({ w: valueOf(asked) }));
      if (asked !== method) return whole;
      const changed = random.next() < 0.5 ? mutateBytes(random, whole) : mangle(random, whole);
      broken.push(changed.toString('latin1'));
      return changed;
    });
    const redis = redisOf({ sets: new Map(), lists: new Map(), hashes: new Map(), scores: new Map() });
    const conversation = await converse(redis, mailbox, { prefix: '', db: 0 }, 0.001, signal);
    const workers = viewWorkers({
      clients: { takers: 1, stale: 0, subscribers: 1 },
      answers: joinAnswers([conversation]),
      askingFailed: null,
      heard: null,
      blocked: null,
    });
    for (const { concurrency, uptimeSeconds, active } of workers.workers)
      for (const number of [concurrency, uptimeSeconds, active])
        assert.ok(number === null || (Number.isFinite(number) && number >= 0), String(number));
    const verdict = verdictOf(held, { workers });
    if (verdict === 'lost' && method === where) assert.ok(broken.every(tellsAnother), shown(broken.join('\n')));
    else if (method !== where && workers.settled) assert.ok(['running', 'held'].includes(verdict), verdict);
  });

  /** A list of whole tasks, none of which is ours; or an empty one. */
  function tellsAnother(text: string): boolean {
    try {
      const value = (JSON.parse(text) as { w: unknown }).w;
      return (
        Array.isArray(value) &&
        value.every((item: { id?: unknown; kwargs?: { task_manager_id?: unknown }; request?: typeof item } | null) => {
          const one = item?.request ?? item;
          return typeof one?.id === 'string' && typeof one.kwargs === 'object';
        })
      );
    } catch {
      return false;
    }
  }

  function mailboxOf(answer: (method: string) => Buffer): Mailbox {
    const replies: Buffer[] = [];
    return {
      publish: (_channel, text) => {
        const { method, ticket } = decodeEnvelope(Buffer.from(text))!.body as { method: string; ticket: string };
        const body = answer(method).toString('base64');
        const properties = { body_encoding: 'base64' };
        replies.push(
          Buffer.from(JSON.stringify({ body, 'content-type': 'application/json', headers: { ticket }, properties })),
        );
        return Promise.resolve(1);
      },
      openReplyList: () => Promise.resolve(),
      nextReply: async (_key, seconds) =>
        replies.shift() ?? (await new Promise((resolve) => setTimeout(resolve, seconds * 1000, null))),
      removeReplyList: () => Promise.resolve(),
      listen: () => Promise.resolve([]),
    };
  }

  fuzz('nor a broken list of clients', 1000, (random) => {
    const ours = 'id=9 addr=127.0.0.1:1 name=celery-task-diagnostics idle=0 flags=N db=0 psub=0 cmd=client|list';
    const fields = 'id=3 addr=127.0.0.1:2 name= idle=0 flags=b db=0 sub=0 psub=0 cmd=brpop user=default'.split(' ');
    const at = random.integer(0, fields.length - 1);
    const field = fields[at]!;
    const broken = random.pick(['', field.slice(0, random.integer(0, field.indexOf('='))), `${field.split('=')[0]!}=`]);
    const line = fields.map((one, index) => (index === at ? broken : one)).join(' ');
    const list = `${ours}\n${line}\n`;
    const seen = possibleWorkers(list, 0, 30);
    assert.ok(seen === null || seen.takers === 1, shown(line));
  });

  fuzz('nor any answer at all', 300, (random) => {
    const methods = Object.keys(answers).map(
      (method) => [method, [{ worker: 'w', value: anyValue(random, 5) }]] as const,
    );
    const all = joinAnswers([
      { prefix: '', receivers: 1, answers: new Map(methods) as never, spared: [], unreadable: 0 },
    ]);
    for (const { concurrency, uptimeSeconds } of all.workers)
      assert.ok((concurrency ?? 0) >= 0 && (uptimeSeconds ?? 0) >= 0 && Number.isFinite(uptimeSeconds ?? 0));
    assert.ok(all.visibilityTimeout === null || (all.visibilityTimeout >= 0 && all.visibilityTimeout < 1e10));
  });
});
