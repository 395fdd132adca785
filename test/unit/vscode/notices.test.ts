import assert from 'node:assert/strict';
import { Problem, type ProblemKind } from '../../../src/base/problem';
import type { Diagnosis } from '../../../src/model/diagnosis';
import { healthLine, healthOf } from '../../../src/report/health';
import type { CheckResult, CheckState } from '../../../src/vscode/checks/checkState';
import { COMMANDS } from '../../../src/vscode/shared/contributions';
import { noticesOf, type NoticeSurroundings } from '../../../src/vscode/tree/notices';
import type { ActionNode } from '../../../src/vscode/tree/treeNodes';
import { aDiagnosis, aVerifiedDiagnosis } from '../../support/diagnosis';

const AROUND: NoticeSurroundings = {
  trusted: true,
  broker: true,
  filtered: false,
  nothingLeft: false,
};

function notices(state: CheckState, around: Partial<NoticeSurroundings> = {}): ReturnType<typeof noticesOf> {
  return noticesOf(state, { ...AROUND, ...around });
}

function result(diagnosis: Diagnosis): CheckResult {
  return { diagnosis, request: { checkExecution: diagnosis.parameters.checkExecution } } as CheckResult;
}

const labels = (nodes: readonly ActionNode[]): string[] => nodes.map(({ label }) => label);
const commands = (nodes: readonly ActionNode[]): (string | undefined)[] => nodes.map(({ command }) => command?.id);

/** Nothing is old enough, and the oldest of 148,708 younger tasks stopped so many hours ago. */
function younger(hours: number, fields: Partial<Diagnosis> = {}): Diagnosis {
  const oldestLastRun = new Date(Date.parse('2025-03-25T05:00:00Z') - hours * 3_600_000).toISOString();
  return aDiagnosis({ taskTypes: [], younger: [{ status: 'SCHEDULED', count: 148_708, oldestLastRun }], ...fields });
}

describe('vscode/tree/notices', () => {
  it('after a failure there is what fits where the connection comes from, and always another one and another try', () => {
    const failed = (kind: ProblemKind, failedOn?: CheckState['failedOn']): ActionNode[] => [
      ...notices({ problem: new Problem(kind, 'Why.'), ...(failedOn ? { failedOn } : {}) }).above,
    ];
    const env = { id: 'env-file:.env', name: 'shop (.env)', origin: 'env-file' } as const;
    const ofFile = failed('authentication', env);
    assert.deepEqual(labels(ofFile), ['Open .env', 'Select Another Connection', 'Check Again']);
    assert.deepEqual(ofFile[0]?.command, { id: COMMANDS.openEnvFile, arguments: [env.id] });
    const broken = failed('invalid', { ...env, name: 'backend/.env' });
    assert.equal(broken[0]?.label, 'Open backend/.env');
    const saved = failed('refused', { id: 'settings:prod', name: 'prod', origin: 'settings' });
    assert.deepEqual(commands(saved), [COMMANDS.editConnection, COMMANDS.selectConnection, COMMANDS.refresh]);
    const table = failed('wrong-table', { id: 'environment:environment', name: 'e', origin: 'environment' });
    assert.deepEqual(labels(table), ['Open Settings', 'Select Another Connection', 'Check Again']);
    assert.deepEqual(labels(failed('invalid')), ['Open Settings', 'Check Again'], 'a setting that cannot be used');
    assert.deepEqual(labels(notices({ problem: new Problem('not-configured', 'Why.') }, { trusted: false }).above), [
      'Manage Workspace Trust',
    ]);
    assert.deepEqual(failed('cancelled'), [], 'a cancel needs nothing');
  });

  it('where nothing is old enough, one click each asks for the ages that would find something', () => {
    const asked = (hours: number, fields: Partial<Diagnosis> = {}): unknown[] =>
      notices({ result: result(younger(hours, fields)) }).above.flatMap(({ command }) =>
        command?.id === COMMANDS.check ? [(command.arguments?.[0] as { hours: number }).hours] : [],
      );
    assert.deepEqual(asked(906), [168, 24, 0]);
    assert.deepEqual(asked(100), [24, 0]);
    assert.deepEqual(asked(5), [0]);
    const { parameters } = aDiagnosis();
    assert.deepEqual(asked(5, { parameters: { ...parameters, hours: 24 } }), [0]);
    assert.deepEqual(asked(0, { younger: [] }), []);
    const shown = notices({ result: result(younger(906)) }).above;
    assert.deepEqual(labels(shown), [
      'Show Those Older Than 7 Days',
      'Show Those Older Than 24 h',
      'Show All 148,708',
      'Check Again',
    ]);
    assert.deepEqual(shown[0]?.command?.arguments, [{ hours: 168, statuses: ['SCHEDULED'], checkExecution: false }]);
  });

  it('where some are stuck, the younger ones are one branch below them', () => {
    const { younger: some } = younger(100);
    const { below } = notices({ result: result(aDiagnosis(some ? { younger: some } : {})) });
    assert.deepEqual([below[0]?.label, below[0]?.description], ['148,708 younger tasks', 'oldest 4 d 4 h']);
    assert.deepEqual(labels(below[0]?.below ?? []), ['Show Those Older Than 24 h', 'Show All 148,711']);
    const filtered = notices({ result: result(aDiagnosis(some ? { younger: some } : {})) }, { filtered: true });
    assert.deepEqual(filtered.below, []);
  });

  it('what cannot wait stands above everything, also when nothing is stuck, and leads to the servers of the report', () => {
    const waiting = aVerifiedDiagnosis();
    const diagnosis: Diagnosis = {
      ...waiting,
      sources: waiting.sources.map((source) => (source.name === 'workers' ? { ...source, state: 'ok' } : source)),
      infrastructure: { ...waiting.infrastructure, workers: [] },
    };
    const alarms = healthOf(diagnosis)!.items.filter(({ level }) => level === 'alarm');
    assert.ok(alarms.length > 0);
    for (const taskTypes of [diagnosis.taskTypes, []]) {
      const { above } = notices({ result: result({ ...diagnosis, taskTypes }) });
      assert.deepEqual(
        labels(above.slice(0, alarms.length)).map((label) => label.toLowerCase()),
        alarms.map(({ says }) => says.toLowerCase()),
      );
      assert.deepEqual(above[0]?.command, { id: COMMANDS.openReport, arguments: [{ section: 'servers' }] });
      assert.equal(above[0].icon, 'error');
    }
  });

  it('that broker and workers are well is said where nothing is stuck', () => {
    const verified = aVerifiedDiagnosis({ taskTypes: [] });
    const sources = verified.sources.map((source) => ({ ...source, state: 'ok' as const }));
    const queues = (verified.infrastructure.queues ?? []).map((queue) => ({ ...queue, consumed: true }));
    const diagnosis = { ...verified, sources, infrastructure: { ...verified.infrastructure, queues } };
    const health = healthOf(diagnosis)!;
    assert.equal(health.headline, null);
    const [first] = notices({ result: result(diagnosis) }).above;
    assert.equal(first?.label.toLowerCase(), healthLine(health).toLowerCase());
  });

  it('sources that were not read are named with their reasons, calmly those that nobody named', () => {
    const sources = [
      { name: 'postgres', state: 'ok', detail: 'fine' },
      { name: 'broker', state: 'unavailable', detail: 'Nothing listens at a:1' },
      { name: 'workers', state: 'unavailable', detail: 'Nothing listens at a:1' },
      { name: 'results', state: 'partial', detail: 'It is\nslow', gaps: [{ kind: 'capped', says: 'slow' }] },
      { name: 'effects', state: 'not-configured', detail: '' },
    ] as const;
    const [node] = notices({ result: result(aDiagnosis({ sources })) }, { broker: false }).above.slice(0, 1);
    assert.equal(node?.label, 'Not read: broker, workers · read in part: results · not configured: effects');
    assert.equal(node.tooltip, 'broker, workers: Nothing listens at a:1\nresults: It is\\nslow\neffects');
    assert.equal(node.icon, 'warning');
    const calm = notices({ result: result(aDiagnosis({ sources: [sources[0], sources[4]] })) }, { broker: false });
    assert.deepEqual(
      calm.above.slice(0, 1).map(({ icon, label }) => [icon, label]),
      [['info', 'Not configured: effects']],
    );
  });

  it('rows that may be missing are said beside every number', () => {
    const gaps = [{ kind: 'view', says: 'a view hides rows' }] as const;
    const sources = [{ name: 'postgres', state: 'partial', detail: 'fine', gaps }] as const;
    for (const taskTypes of [aDiagnosis().taskTypes, []]) {
      const { above } = notices({ result: result(aDiagnosis({ sources, taskTypes })) }, { broker: false });
      assert.equal(above[0]?.tooltip, 'Rows may be missing from every number: a view hides rows.');
      assert.match(above[0].label, /^Rows may be missing/);
    }
  });

  it('after a count there is the way to what happened, and where no broker is known the way to one', () => {
    const above = (broker: boolean, checkExecution: boolean): (string | undefined)[] => {
      const parameters = { ...aDiagnosis().parameters, checkExecution };
      return commands(notices({ result: result(aDiagnosis({ parameters })) }, { broker }).above);
    };
    assert.deepEqual(above(true, false), [COMMANDS.verifyExecution]);
    assert.deepEqual([above(false, false), above(true, true)], [[COMMANDS.addRedis], []]);
    const nothing = notices({ result: result(aDiagnosis()) }, { filtered: true, nothingLeft: true });
    assert.deepEqual(commands(nothing.above), [COMMANDS.verifyExecution, COMMANDS.clearFilter]);
  });

  it('says that rules are tried out, and until when', () => {
    const { diagnosis } = result(aVerifiedDiagnosis());
    const tried = { diagnosis, request: { checkExecution: true, tried: [{}] } } as unknown as CheckResult;
    const node = notices({ result: tried }).above.find(({ id }) => id === 'tried');
    assert.deepEqual([node?.label, node?.description], ['1 tried effect rule in use', 'until the next check']);
    assert.equal(
      notices({ result: result(aVerifiedDiagnosis()) }).above.some(({ id }) => id === 'tried'),
      false,
    );
  });
});
