import assert from 'node:assert/strict';
import { DRAFT_ACTIONS } from '../../../src/report/draftMessages';
import { PAGE_ACTIONS, type FromPage } from '../../../src/report/panelMessages';
import { readMessage } from '../../../src/report/readMessage';

const ID = '0b0c';
const GOOD: readonly FromPage[] = [
  { type: 'ready' },
  ...PAGE_ACTIONS.map((action) => ({ type: 'do', action }) as const),
  { type: 'checkHours', hours: 0 },
  { type: 'checkHours', hours: 168 },
  { type: 'filtered', text: 'hook', verdict: 'lost' },
  { type: 'filtered', text: '', verdict: null },
  { type: 'samples', request: 0, diagnosis: ID, taskType: 1999 },
  { type: 'copy', request: 12, text: '' },
  { type: 'copy', request: 12, text: 'a\u0000</script>' },
  { type: 'openLogAt', diagnosis: ID, place: { taskType: 3 } },
  { type: 'openLogAt', diagnosis: ID, place: { taskType: 3, sample: 0 } },
  { type: 'openLogAt', diagnosis: ID, place: { recommendation: 2 } },
  { type: 'openLogAt', diagnosis: ID, place: { sources: true } },
  { type: 'goToSource', diagnosis: ID, taskType: 3 },
  { type: 'fixScript', diagnosis: ID, rows: { taskTypes: [0, 1999], verdict: 'lost', cause: null } },
  { type: 'fixScript', diagnosis: ID, rows: { cause: 'lost-update', bins: { from: 0, to: 119 }, recommendation: 2 } },
  { type: 'fixScript', diagnosis: ID, rows: { taskTypes: [0], row: 12_000_000_000 } },
  ...DRAFT_ACTIONS.map((action) => ({ type: 'draftDo', action, draft: 3 }) as const),
  { type: 'draftDo', action: 'try', draft: null },
  { type: 'draftPlace', draft: 0, reason: 2 },
  { type: 'draftRules', diagnosis: ID, about: { taskType: 3 } },
  { type: 'draftRules', diagnosis: ID, about: { recommendation: 0 } },
];

const samples = { type: 'samples', request: 1, diagnosis: ID, taskType: 0 };
const copy = { type: 'copy', request: 1, text: 'x' };
const log = { type: 'openLogAt', diagnosis: ID };
const fix = { type: 'fixScript', diagnosis: ID };
const NOT_INDEXES = [NaN, Infinity, -1, 0.5, 1e21, '1', null, [0], {}, true, 1n];

const BAD: readonly unknown[] = [
  { type: 'draftDo', action: 'delete', draft: 0 },
  { type: 'draftDo', action: 'try' },
  ...NOT_INDEXES.filter((draft) => draft !== null).map((draft) => ({ type: 'draftDo', action: 'try', draft })),
  ...NOT_INDEXES.map((reason) => ({ type: 'draftPlace', draft: 0, reason })),
  { type: 'draftRules', diagnosis: ID },
  { type: 'draftRules', about: { taskType: 3 } },
  { type: 'draftRules', diagnosis: ID, about: { taskType: '3' } },
  { type: 'goToSource', diagnosis: ID },
  ...NOT_INDEXES.map((taskType) => ({ type: 'goToSource', diagnosis: ID, taskType })),
  ...[-1, NaN, Infinity, 1e9, '24', null, undefined].map((hours) => ({ type: 'checkHours', hours })),
  { type: 'filtered', text: 'x' },
  { type: 'filtered', text: 1, verdict: null },
  { type: 'filtered', text: 'x', verdict: 'gone' },
  { type: 'filtered', text: 'x'.repeat(10_001), verdict: null },
  // Fewer words would mean more rows: what cannot be read is not left out.
  fix,
  { ...fix, rows: {} },
  { ...fix, rows: { everything: true } },
  { ...fix, rows: { taskTypes: 0 } },
  { ...fix, rows: { taskTypes: [0, -1], verdict: 'lost' } },
  { ...fix, rows: { taskTypes: [0], verdict: 'done' } },
  { ...fix, rows: { verdict: 'lost', cause: 'none' } },
  { ...fix, rows: { verdict: 'lost', bins: { from: 0 } } },
  { ...fix, rows: { verdict: 'lost', recommendation: '1' } },
  { ...fix, rows: { taskTypes: [0], row: 0.5 } },
  undefined,
  null,
  0,
  'ready',
  [],
  [{ type: 'ready' }],
  {},
  { type: 'Ready' },
  { type: 'state' },
  { type: ['ready'] },
  { type: { toString: () => 'ready' } },
  Object.create({ type: 'ready' }) as object,
  JSON.parse('{"__proto__": {"type": "ready"}}'),
  { type: 'do' },
  { type: 'do', action: 'workbench.action.quit' },
  { type: 'do', action: 'constructor' },
  { type: 'do', action: '__proto__' },
  { type: 'do', action: ['cancel'] },
  ...NOT_INDEXES.flatMap((index) => [
    { ...samples, taskType: index },
    { ...samples, request: index },
    { ...copy, request: index },
    { ...log, place: { taskType: index } },
    { ...log, place: { taskType: 0, sample: index } },
    { ...log, place: { recommendation: index } },
  ]),
  { ...samples, diagnosis: '' },
  { ...samples, diagnosis: 'x'.repeat(101) },
  { ...samples, diagnosis: 7 },
  { ...copy, text: undefined },
  { ...copy, text: ['x'] },
  { ...copy, text: 'x'.repeat(64 * 1024 * 1024 + 1) },
  log,
  { ...log, place: null },
  { ...log, place: 'sources' },
  { ...log, place: { sources: 'true' } },
  { ...log, place: {} },
  { ...log, place: Object.create({ sources: true }) as object },
];

describe('report/readMessage', () => {
  it('a message of the page is taken when it is one', () => {
    for (const message of GOOD) assert.deepEqual(readMessage(structuredClone(message)), message);
  });

  it('a message of the page is nothing when it is anything else', () => {
    BAD.forEach((value, index) => {
      assert.equal(readMessage(value), undefined, `case ${String(index)}`);
    });
  });

  it('a message of the page brings nothing along that was not asked for', () => {
    assert.deepEqual(readMessage({ type: 'ready', command: 'x', constructor: 'y' }), { type: 'ready' });
    const place = { taskType: 1, sample: 2, path: '/etc/passwd' };
    assert.deepEqual(readMessage({ ...log, place, more: 1 }), { ...log, place: { taskType: 1, sample: 2 } });
  });
});
