import assert from 'node:assert/strict';
import type { Loss } from '../../../src/model/facts';
import { mayBeAfter } from '../../../src/model/losses';
import { lossesAfter } from '../../../src/verdicts/sentences/losses';
import { HOUR, NOW, world } from '../../support/facts';

type Server = NonNullable<NonNullable<Parameters<typeof world>[0]>['redis']>;

/** Kind and certainty of each loss that a Redis with these facts tells of. */
function losses(redis: Server | null): string[] {
  return world({ redis }).losses.seen.map(({ kind, certain }) => `${kind}${certain ? '' : '?'}`);
}

describe('brokers/losses', () => {
  it('a restart of Redis took the messages where no append-only file kept them', () => {
    assert.deepEqual(losses({ appendOnly: false }), ['restarted']);
    for (const appendOnly of [true, null]) assert.deepEqual(losses({ appendOnly }), ['restarted?']);
  });

  it('a flush of Redis took the messages, and an eviction only where its policy takes keys without expiry', () => {
    assert.deepEqual(losses({ startedAt: null, flushes: 2 }), ['flushed']);
    assert.deepEqual(losses({ startedAt: null, evictedKeys: 1, evictionPolicy: 'allkeys-lfu' }), ['evicted']);
    for (const evictionPolicy of ['volatile-ttl', null])
      assert.deepEqual(losses({ startedAt: null, evictedKeys: 1, evictionPolicy }), ['evicted?']);
    assert.deepEqual(losses({ startedAt: null, flushes: null, evictedKeys: null }), []);
  });

  it('a server that does not say when it started may have been started at any time', () => {
    assert.ok(world().losses.complete);
    for (const redis of [null, { startedAt: null, flushes: 1 }]) assert.ok(!world({ redis }).losses.complete);
    assert.deepEqual(losses(null), []);
  });

  it('a loss concerns what was published before it, and one without a time everything', () => {
    const loss = (at: number | null): Loss => ({ kind: 'restarted', at, certain: true, says: '' });
    assert.deepEqual(
      [NOW + 1, NOW, null].map((at) => mayBeAfter(loss(at), NOW)),
      [true, false, true],
    );
  });

  it('sentences about losses name the product, the time and what it kept', () => {
    const { losses } = world({
      redis: {
        product: 'Valkey',
        startedAt: NOW - HOUR,
        appendOnly: false,
        flushes: 1,
        evictedKeys: 2,
        evictionPolicy: null,
      },
    });
    const [restart, ...others] = [
      "The broker's Valkey started at 2026-11-23 11:00:00 UTC, after the last run, without an append-only file.",
      "The broker's Valkey was flushed 1 time since it started.",
      "The broker's Valkey evicted 2 keys because memory ran out (unknown policy).",
    ];
    assert.deepEqual(lossesAfter(losses, NOW - 2 * HOUR), [restart, ...others]);
    assert.deepEqual(lossesAfter(losses, NOW), others);
  });
});
