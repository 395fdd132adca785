import { strict as assert } from 'node:assert';
import type { ProblemKind } from '../../../src/base/problem';
import type { PanelState } from '../../../src/report/panelMessages';
import { bannersOf, cureOf, offersOf, screenOf } from '../../../src/page/model/states';
import { howFarRead, sourceLines } from '../../../src/page/model/sources';
import type { SourceReport } from '../../../src/model/sources';
import { diagnosisJson } from '../../../src/report/diagnosisJson';
import { readDiagnosis } from '../../../src/report/readDiagnosis';
import { aDiagnosis } from '../../support/diagnosis';

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
    assert.deepEqual(offersOf(CALM, false), { runAgain: true, verify: false, fixScripts: true, editor: true });
    assert.equal(offersOf({ ...CALM, trusted: false }, false).runAgain, false);
    assert.equal(offersOf({ ...CALM, configured: false }, false).runAgain, false);
  });

  it("the report's toolbar verifies execution where that was off, but not of a sample", () => {
    assert.equal(offersOf(CALM, true).verify, true);
    assert.equal(offersOf({ ...CALM, origin: 'sample' }, true).verify, false);
    assert.equal(offersOf({ ...CALM, configured: false }, true).verify, false);
  });

  it('the report offers fix scripts for a check of this window alone, because rows move and a sample has none', () => {
    for (const origin of ['sample', 'saved', 'file'] as const)
      assert.equal(offersOf({ ...CALM, origin }, false).fixScripts, false, origin);
  });

  it('the report in a file offers nothing that only an editor can do', () => {
    const file = { ...CALM, origin: 'file' } as const;
    assert.deepEqual(offersOf(file, true), { runAgain: false, verify: false, fixScripts: false, editor: false });
    assert.deepEqual(bannersOf(file), ['file']);
  });
});

/** A source as a release before gaps exported it, read back. */
function ofOldExport(source: SourceReport): readonly SourceReport[] {
  return readDiagnosis(diagnosisJson(aDiagnosis({ sources: [source] })), 'old.json').sources;
}

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
    const { answered, troubles } = sourceLines(ofOldExport({ name: 'broker', state: 'ok', detail }));
    assert.deepEqual(answered, ['Broker']);
    assert.deepEqual(troubles, [{ names: ['Broker'], state: 'partial', detail, cure: null, settings: true }]);
  });

  it("the report's list of sources offers the settings where no Redis is named", () => {
    const detail = 'no Redis is named (redisUrl of the connection, REDIS_URL or CELERY_BROKER_URL)';
    assert.equal(
      sourceLines(ofOldExport({ name: 'broker', state: 'not-configured', detail })).troubles[0]?.settings,
      true,
    );
  });

  it("the report's list of sources decides by the gap and never by the words of a source", () => {
    const detail = 'celeryTasks.askWorkers: turn on, set, check and run what you like';
    const trouble = (gaps: SourceReport['gaps']) =>
      sourceLines([{ name: 'sessions', state: 'unavailable', detail, ...(gaps ? { gaps } : {}) }]).troubles[0];
    assert.deepEqual(sourceLines([{ name: 'broker', state: 'ok', detail }]).troubles, []);
    assert.match(trouble([{ kind: 'forbidden', says: detail }])?.cure ?? '', /pg_read_all_stats/);
    assert.equal(trouble([{ kind: 'replica', says: detail }])?.cure, null);
    assert.equal(trouble([{ kind: 'replica', says: detail }])?.settings, false);
    assert.equal(trouble([{ kind: 'invalid', setting: 'celeryTasks.connections', says: '' }])?.settings, true);
  });

  it('the page says how far the sources were read', () => {
    const ok: SourceReport = { name: 'postgres', state: 'ok', detail: '' };
    const partial: SourceReport = {
      name: 'broker',
      state: 'partial',
      detail: '',
      gaps: [{ kind: 'capped', says: '' }],
    };
    const unread: SourceReport = { name: 'results', state: 'unavailable', detail: '' };
    assert.equal(howFarRead([ok, { ...ok, name: 'broker' }]), 'Every source was read.');
    assert.match(howFarRead([ok]), /^Only the table of tasks was read/);
    assert.equal(howFarRead([ok, partial]), 'Of 2 sources 1 was read in part: what it did not tell stays open.');
    assert.equal(howFarRead([ok, { ...partial, state: 'ok' }]), howFarRead([ok, partial]), 'an old export');
    assert.equal(
      howFarRead([ok, partial, unread]),
      '1 of 3 sources could not be used, and 1 was read in part: what they would decide stays open.',
    );
    assert.equal(howFarRead([ok, unread]), '1 of 2 sources could not be used: what they would decide stays open.');
  });
});
