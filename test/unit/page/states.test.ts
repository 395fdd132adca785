import { strict as assert } from 'node:assert';
import type { ProblemKind } from '../../../src/base/problem';
import type { PanelState } from '../../../src/report/panelMessages';
import { bannersOf, cureOf, offersOf, screenOf } from '../../../src/page/model/states';
import { sourceLines } from '../../../src/page/model/sources';

const CALM: PanelState = {
  origin: 'check',
  connection: 'production',
  finishedAt: '2026-11-23T10:00:00Z',
  running: null,
  problem: null,
  configured: true,
  trusted: true,
};
const RUNNING = { connection: 'production', step: 1, steps: 7, label: 'Connecting', elapsedMs: 5 };
const REFUSED = { kind: 'refused', message: 'Nothing listens there.' } as const;
const CANCELLED = { kind: 'cancelled', message: 'The check was cancelled.' } as const;

describe('page/states', () => {
  it('the report waits until the editor has said what there is', () => {
    assert.equal(screenOf(null, undefined), 'opening');
    assert.equal(screenOf(CALM, undefined), 'opening');
  });

  it('the report is the result as soon as there is one, whatever happens around it', () => {
    for (const state of [CALM, { ...CALM, running: RUNNING }, { ...CALM, problem: REFUSED, trusted: false }])
      assert.equal(screenOf(state, true), 'result');
  });

  it('the report is else why there is none', () => {
    assert.equal(screenOf(CALM, false), 'not-checked');
    assert.equal(screenOf({ ...CALM, configured: false }, false), 'not-configured');
    assert.equal(screenOf({ ...CALM, configured: false, trusted: false }, false), 'untrusted');
    assert.equal(screenOf({ ...CALM, problem: REFUSED }, false), 'failed');
    assert.equal(screenOf({ ...CALM, problem: CANCELLED }, false), 'cancelled');
    assert.equal(screenOf({ ...CALM, problem: REFUSED, running: RUNNING }, false), 'checking');
  });
});

describe('page/states', () => {
  it('the line over a result is what happens now, or how the latest check ended, and where the result is from', () => {
    assert.deepEqual(bannersOf(CALM), []);
    assert.deepEqual(bannersOf({ ...CALM, problem: REFUSED }), ['failed']);
    assert.deepEqual(bannersOf({ ...CALM, problem: CANCELLED }), ['cancelled']);
    assert.deepEqual(bannersOf({ ...CALM, problem: REFUSED, running: RUNNING }), ['running']);
    assert.deepEqual(bannersOf({ ...CALM, origin: 'sample', running: RUNNING }), ['running', 'sample']);
    assert.deepEqual(bannersOf({ ...CALM, origin: 'saved' }), ['saved']);
  });

  it('the line over a result has the one action that fits what failed', () => {
    const action = (kind: ProblemKind, trusted = true): string => cureOf(kind, trusted).action;
    assert.equal(action('unreachable'), 'runAgain');
    assert.equal(action('table-missing'), 'openSettings');
    assert.equal(action('unknown'), 'showOutput');
    assert.equal(action('not-configured'), 'addConnection');
    assert.equal(action('not-configured', false), 'manageTrust');
  });
});

describe('page/states', () => {
  it("the report's toolbar runs again where a check can run", () => {
    assert.deepEqual(offersOf(CALM, false), { runAgain: true, verify: false });
    assert.equal(offersOf({ ...CALM, trusted: false }, false).runAgain, false);
    assert.equal(offersOf({ ...CALM, configured: false }, false).runAgain, false);
  });

  it("the report's toolbar verifies execution where that was off, but not of a sample", () => {
    assert.equal(offersOf(CALM, true).verify, true);
    assert.equal(offersOf({ ...CALM, origin: 'sample' }, true).verify, false);
    assert.equal(offersOf({ ...CALM, configured: false }, true).verify, false);
  });
});

describe('page/states', () => {
  it("the report's list of sources names those that answered, and each other one once for a common reason, with its cure", () => {
    const down = 'Redis at redis.example:6379/0 refused the connection';
    const { answered, troubles } = sourceLines([
      { name: 'postgres', state: 'ok', detail: 'PostgreSQL 18.4 at db' },
      { name: 'broker', state: 'unavailable', detail: down },
      { name: 'redis', state: 'unavailable', detail: down },
      { name: 'effects', state: 'not-configured', detail: 'no rule speaks of these tasks' },
    ]);
    assert.deepEqual(answered, ['PostgreSQL']);
    assert.deepEqual(
      troubles.map(({ names, state, settings }) => [names, state, settings]),
      [
        [['Broker', 'Redis'], 'unavailable', true],
        [['Effects'], 'not-configured', true],
      ],
    );
    assert.match(troubles[1]?.cure ?? '', /celeryTasks\.effects/);
  });

  it("the report's list of sources shows a source that a setting kept from telling all, though it answered", () => {
    const detail = 'only 50 of 100 messages were read (celeryTasks.maxQueueScan)';
    const { answered, troubles } = sourceLines([{ name: 'broker', state: 'ok', detail }]);
    assert.deepEqual(answered, ['Broker']);
    assert.deepEqual(troubles, [{ names: ['Broker'], state: 'partial', detail, cure: null, settings: true }]);
  });

  it("the report's list of sources offers the settings where no Redis is named", () => {
    const detail = 'no Redis is named (redisUrl of the connection, REDIS_URL or CELERY_BROKER_URL)';
    assert.equal(sourceLines([{ name: 'broker', state: 'not-configured', detail }]).troubles[0]?.settings, true);
  });
});
