import assert from 'node:assert/strict';
import type { Diagnosis, Queue, RedisServer } from '../../../src/model/diagnosis';
import type { SourceReport } from '../../../src/model/sources';
import { healthLine, healthOf } from '../../../src/report/health';
import { aDiagnosis, aTaskType } from '../../support/diagnosis';

const READ: readonly SourceReport[] = [
  { name: 'postgres', state: 'ok', detail: '' },
  { name: 'broker', state: 'ok', detail: '' },
  { name: 'workers', state: 'ok', detail: '' },
];
const WORKER = {
  name: 'celery@a',
  seen: 'answered',
  queues: null,
  active: null,
  reserved: null,
  scheduled: null,
  concurrency: null,
  uptimeSeconds: null,
} as const;
const REDIS: RedisServer = {
  address: '127.0.0.1:6379/0',
  role: 'broker and results',
  version: '7.0.15',
  startedAt: '2026-11-01T00:00:00Z',
  usedMemoryBytes: 1,
  maxMemoryBytes: 0,
  evictionPolicy: 'noeviction',
  evictedKeys: 0,
  flushes: 0,
  appendOnly: null,
  lastSaveAt: null,
  replica: false,
};

function queue(name: string, length: number, consumed: boolean | null, unacked = 0): Queue {
  return { name, length, priorities: [], unacked, consumed };
}

function health(
  infrastructure: Partial<Diagnosis['infrastructure']>,
  { sources = READ, ...fields }: Partial<Diagnosis> = {},
) {
  const base = aDiagnosis({ taskTypes: [], ...fields, generatedAt: '2026-11-23T10:00:00Z', sources });
  return healthOf({ ...base, infrastructure: { ...base.infrastructure, ...infrastructure } });
}

describe('report/health', () => {
  it('health is not told where no broker was to be read', () => {
    assert.equal(healthOf(aDiagnosis({ sources: [{ name: 'postgres', state: 'ok', detail: '' }] })), null);
    const without: SourceReport = { name: 'broker', state: 'not-configured', detail: '' };
    assert.equal(health({}, { sources: [without] }), null);
  });

  it('messages without a worker are a headline, also where nothing is stuck', () => {
    const queues = [queue('default', 3000, false), queue('hooks', 283, false, 670), queue('empty', 0, false)];
    const found = health({ queues, workers: [] });
    assert.equal(found?.headline, 'No worker is connected; 3,283 messages wait in 2 queues');
    assert.equal(found.level, 'alarm');
    assert.match(healthLine(found), /670 taken by workers/);
  });

  it('one queue that the workers leave alone is named', () => {
    const found = health({ queues: [queue('default', 1, true), queue('slow', 5, false)], workers: [WORKER] });
    assert.equal(found?.headline, '5 messages wait in queue slow, which no worker consumes');
    assert.match(healthLine(found), /1 worker connected · 1 message in 1 queue/);
  });

  it('no worker is an alarm only where all workers could be heard', () => {
    const partly = READ.map((source) =>
      source.name === 'workers' ? { ...source, state: 'partial' as const } : source,
    );
    const found = health({ queues: [queue('default', 1, null)], workers: [] }, { sources: partly });
    assert.deepEqual([found?.level, found?.headline], ['unknown', null]);
    assert.match(healthLine(found!), /^No worker was heard/);
  });

  it('a broker that could not be read is unknown, and not well', () => {
    const failed: readonly SourceReport[] = [{ name: 'broker', state: 'unavailable', detail: 'refused' }];
    assert.deepEqual(health({}, { sources: failed })?.items, [
      { id: 'broker', level: 'unknown', says: 'The broker could not be read' },
    ]);
  });

  it('a server that started, was flushed, evicts or is a replica says so', () => {
    const says = (fields: Partial<RedisServer>): string =>
      healthLine(health({ redis: { ...REDIS, ...fields }, queues: [], workers: [WORKER] })!);
    assert.equal(says({}), '1 worker connected · no queue has messages');
    assert.match(says({ startedAt: '2026-11-23T07:00:00Z' }), /Redis started 3 h ago/);
    assert.match(says({ flushes: 1 }), /Redis was flushed once since its start/);
    assert.match(says({ flushes: 2 }), /Redis was flushed 2 times since its start/);
    assert.match(says({ evictedKeys: 1 }), /Redis evicted 1 key( ·|$)/);
    assert.match(
      says({ maxMemoryBytes: 5, evictionPolicy: 'allkeys-lru' }),
      /Redis may evict messages \(allkeys-lru\)/,
    );
    assert.match(says({ product: 'Valkey', replica: true }), /this Valkey is a replica/);
  });

  it('the oldest queued task tells how long messages have waited', () => {
    const waiting = { verdict: 'waiting', confidence: 'proven', count: 2, lastRuns: { 1: 1, 3: 1 } } as const;
    const timeline = { start: '2026-11-20T00:00:00Z', binSeconds: 3600, bins: 4 };
    const found = health(
      { queues: [], workers: [WORKER] },
      { timeline, taskTypes: [aTaskType({ outcomes: [waiting] })] },
    );
    assert.match(healthLine(found!), /oldest queued task at least 3 d 8 h/);
  });
});
