import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/connect/profile';
import { Problem } from '../../../src/base/problem';
import type { CheckState } from '../../../src/vscode/checks/checkState';
import { contentOf } from '../../../src/vscode/report/reportContent';
import { panelState } from '../../../src/vscode/report/reportState';
import { aDiagnosis } from '../../support/diagnosis';

const profile: ConnectionProfile = {
  id: 'x',
  name: 'production',
  origin: 'settings',
  database: { host: 'h', port: 5432, user: 'u', database: 'd' } as ConnectionProfile['database'],
  written: {},
};

function around(check: CheckState, now = 0) {
  return { check, now, configured: true, trusted: true };
}

describe('vscode/reportState', () => {
  it('the state around a report is empty before anything was checked', () => {
    assert.deepEqual(panelState(undefined, around({}), true), {
      origin: 'check',
      connection: null,
      finishedAt: null,
      running: null,
      problem: null,
      configured: true,
      trusted: true,
    });
  });

  it('the state around a report has the running check, whose time goes on between its steps', () => {
    const progress = { step: 2, steps: 7, label: 'Reading', elapsedMs: 1500, counts: { stuck: 3 } };
    const { running } = panelState(undefined, around({ running: { profile, beganAt: 1000, progress } }, 5000), true);
    assert.deepEqual(running, { connection: 'production', ...progress, elapsedMs: 4000 });
    const begun = panelState(undefined, around({ running: { profile, beganAt: 1000 } }, 1010), true).running;
    assert.deepEqual(begun, { connection: 'production', step: 0, steps: 0, label: 'Starting...', elapsedMs: 10 });
  });

  it('the state around a report says why the latest check failed, but nothing of checks beside a sample or a file', () => {
    const check = { running: { profile, beganAt: 0 }, problem: new Problem('refused', 'Connection refused there.') };
    const { problem } = panelState(undefined, around(check), true);
    assert.deepEqual(problem, { kind: 'refused', message: 'Connection refused there.' });
    const content = contentOf('saved', aDiagnosis(), { connection: 'old.json' });
    const state = panelState(content, around(check), false);
    assert.deepEqual(
      [state.origin, state.connection, state.finishedAt, state.running, state.problem],
      ['saved', 'old.json', null, null, null],
    );
  });

  it('the state around a report says what changed since the check before, and which steps are done', () => {
    const diagnosis = aDiagnosis();
    const settled = [{ id: 'start-workers', title: 'Start the workers' }];
    const since = { at: new Date('2025-03-25T01:42:00Z'), change: -6480, settled };
    const request = {};
    const check = { result: { diagnosis, since, request } } as unknown as CheckState;
    const content = contentOf('check', diagnosis);
    const state = panelState(content, around(check), true);
    assert.deepEqual(state.settled, settled);
    assert.deepEqual(state.since, { at: '2025-03-25T01:42:00.000Z', change: -6480 });
    const first = panelState(content, around({ result: { diagnosis, request } } as unknown as CheckState), true);
    assert.deepEqual([first.settled, first.since], [undefined, undefined]);
    const beside = panelState(contentOf('saved', aDiagnosis()), around(check), false);
    assert.deepEqual([beside.settled, beside.since], [undefined, undefined], 'a file is of another place');
  });

  it('the state around a report names the connection of the next check, and that it names no broker', () => {
    const state = (next: ConnectionProfile | undefined, live = true) =>
      panelState(undefined, { ...around({}), next }, live).next;
    assert.equal(state(undefined), undefined);
    assert.equal(state(profile, false), undefined);
    assert.deepEqual(state(profile), { name: 'production', noBroker: { envFile: false } });
    assert.deepEqual(state({ ...profile, origin: 'env-file' }), { name: 'production', noBroker: { envFile: true } });
    const broker = new Problem('invalid', 'It cannot be read.');
    assert.deepEqual(state({ ...profile, broker }), { name: 'production' });
  });

  it('the state around a report says how many rules are tried out, of that check alone', () => {
    const diagnosis = aDiagnosis();
    const check = { result: { diagnosis, request: { tried: [{}, {}] } } } as unknown as CheckState;
    assert.equal(panelState(contentOf('check', diagnosis), around(check), true).triedRules, 2);
    assert.equal(panelState(contentOf('check', aDiagnosis()), around(check), true).triedRules, undefined);
    assert.equal(panelState(contentOf('saved', diagnosis), around(check), false).triedRules, undefined);
  });
});
