import { strict as assert } from 'node:assert';
import type { ProblemKind } from '../../../src/base/problem';
import type { PanelState } from '../../../src/report/panelMessages';
import { bannersOf, cureOf, offersOf, screenOf } from '../../../src/page/model/states';
import { howFarRead, settingsHelp, shortlyRead } from '../../../src/page/model/sources';
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
const REFUSED = { kind: 'refused', message: 'Connection refused there.' } as const;
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
    assert.deepEqual(offersOf(CALM, false), {
      runAgain: true,
      verify: false,
      younger: false,
      broker: null,
      fixScripts: true,
      drafts: true,
      editor: true,
    });
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
    assert.deepEqual(offersOf(file, true), {
      ...{ runAgain: false, verify: false, younger: false, broker: null },
      ...{ fixScripts: false, drafts: false, editor: false },
    });
    assert.deepEqual(bannersOf(file), ['file']);
  });
});

describe('page/states', () => {
  const next = { name: 'production' };

  it('the report asks for younger tasks only of the connection that the next check uses', () => {
    assert.equal(offersOf({ ...CALM, next }, false).younger, true);
    assert.equal(offersOf(CALM, false).younger, false);
    assert.equal(offersOf({ ...CALM, next, trusted: false }, false).younger, false);
  });

  it('the report offers to name the broker where none is named, and the file where it stands in one', () => {
    const actions = (noBroker?: { envFile: boolean }, change: Partial<PanelState> = {}) =>
      offersOf({ ...CALM, next: { ...next, ...(noBroker ? { noBroker } : {}) }, ...change }, true).broker?.map(
        ({ action }) => action,
      );
    assert.deepEqual(actions({ envFile: true }), ['addBroker', 'openEnv']);
    assert.deepEqual(actions({ envFile: false }), ['addBroker']);
    assert.equal(actions(), undefined);
    assert.equal(actions({ envFile: true }, { origin: 'sample' }), undefined);
    assert.equal(actions({ envFile: true }, { trusted: false }), undefined);
  });
});

/** A source as a release before gaps exported it, read back. */
function ofOldExport(source: SourceReport): SourceReport {
  const [read] = readDiagnosis(diagnosisJson(aDiagnosis({ sources: [source] })), 'old.json').sources;
  return read!;
}

describe('page/states', () => {
  it("the report's list of sources offers the settings where one of them kept a source from telling all", () => {
    const detail = 'only 50 of 100 messages were read (celeryTasks.maxQueueScan)';
    assert.equal(settingsHelp(ofOldExport({ name: 'broker', state: 'ok', detail })), true);
    const none = 'no Redis is named (redisUrl of the connection, REDIS_URL or CELERY_BROKER_URL)';
    assert.equal(settingsHelp(ofOldExport({ name: 'broker', state: 'not-configured', detail: none })), true);
    assert.equal(settingsHelp({ name: 'effects', state: 'not-configured', detail: 'no rule' }), true);
  });

  it("the report's list of sources decides by the gap and never by the words of a source", () => {
    const detail = 'celeryTasks.askWorkers: turn on, set, check and run what you like';
    const helps = (gaps: SourceReport['gaps'], state: SourceReport['state'] = 'unavailable'): boolean =>
      settingsHelp({ name: 'sessions', state, detail, ...(gaps ? { gaps } : {}) });
    assert.equal(helps(undefined, 'ok'), false);
    assert.equal(helps([{ kind: 'replica', says: detail }]), false);
    assert.equal(helps([{ kind: 'forbidden', says: detail }]), false);
    assert.equal(helps([{ kind: 'invalid', setting: 'celeryTasks.connections', says: '' }]), true);
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
    assert.match(howFarRead([ok]), /^Only the task table was read/);
    assert.equal(howFarRead([ok, partial]), '1 of 2 read in part; some verdicts may be missing.');
    assert.equal(howFarRead([ok, { ...partial, state: 'ok' }]), howFarRead([ok, partial]), 'an old export');
    assert.equal(
      howFarRead([ok, partial, unread]),
      '1 of 3 sources unavailable, 1 of 3 read in part; some verdicts may be missing.',
    );
    assert.equal(howFarRead([ok, unread]), '1 of 2 sources unavailable; some verdicts may be missing.');
    assert.deepEqual(shortlyRead([ok]), { whole: true, says: 'only the table of tasks' });
    assert.deepEqual(shortlyRead([ok, { ...ok, name: 'broker' }]), { whole: true, says: 'all 2 sources' });
    assert.deepEqual(shortlyRead([ok, partial, unread]), { whole: false, says: '2 of 3 sources incomplete' });
  });
});
