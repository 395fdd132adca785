import assert from 'node:assert/strict';
import type { EffectRule } from '../../../src/model/effectRule';
import { JudgedRows } from '../../../src/model/judgedRows';
import type { Verdict } from '../../../src/model/verdict';
import type { CheckResult } from '../../../src/vscode/checks/checkState';
import {
  basisOf,
  draftState,
  ruleKey,
  rulesToTry,
  undeterminedIds,
  type Drafting,
} from '../../../src/vscode/drafts/drafting';
import { insertion } from '../../../src/vscode/drafts/insertion';
import { typesAsked, typesOfNodes, typesOfReport, undeterminedTypes } from '../../../src/vscode/drafts/wantedTypes';
import { aDiagnosis, aTaskType, aVerifiedDiagnosis } from '../../support/diagnosis';
import { A_DRAFT, NO_DRAFT } from '../../support/ruleDrafts';
import { aTypeNode } from '../../support/tree';

const [RULE] = A_DRAFT.rules as [EffectRule];

function type(taskName: string, unknown: number, lost = 0) {
  const outcomes = [
    ...(unknown > 0
      ? [{ verdict: 'unknown' as const, confidence: 'possible' as const, count: unknown, lastRuns: { 0: unknown } }]
      : []),
    ...(lost > 0
      ? [{ verdict: 'lost' as const, confidence: 'likely' as const, count: lost, lastRuns: { 0: lost } }]
      : []),
  ];
  return aTaskType({ taskModule: 'shop.tasks', taskName, count: unknown + lost, outcomes });
}

const DIAGNOSIS = aVerifiedDiagnosis({ taskTypes: [type('few', 3, 9), type('none', 0, 8), type('many', 60)] });

function resultOf(fields: Partial<CheckResult> = {}): CheckResult {
  const profile = { name: 'shop', broker: { url: 'redis://localhost' } };
  return { diagnosis: DIAGNOSIS, profile, request: {}, judged: new JudgedRows(), ...fields } as unknown as CheckResult;
}

describe('vscode/drafts', () => {
  it('takes the types with undetermined tasks, most of them first, for the recommendation', () => {
    const names = (types: readonly { taskName: string; undetermined: number | null }[]) =>
      types.map(({ taskName, undetermined }) => [taskName, undetermined]);
    assert.deepEqual(names(undeterminedTypes(DIAGNOSIS)), [
      ['many', 60],
      ['few', 3],
    ]);
    assert.deepEqual(names(typesOfReport(DIAGNOSIS, { recommendation: 0 })), [
      ['many', 60],
      ['few', 3],
    ]);
    assert.deepEqual(names(typesOfReport(DIAGNOSIS, { taskType: 0 })), [['few', 3]]);
    assert.deepEqual(typesOfReport(DIAGNOSIS, { taskType: 99 }), []);
    assert.deepEqual(undeterminedTypes(aDiagnosis()), [], 'nothing is known without verification');
  });

  it('takes the types of nodes, each once, or the one that is named; also where no check knows it', () => {
    const [few, many] = [aTypeNode(type('few', 3, 9)), aTypeNode(type('many', 60))];
    assert.deepEqual(
      typesAsked(few, [few, many, few], DIAGNOSIS)?.map(({ taskName }) => taskName),
      ['many', 'few'],
    );
    const named = { taskModule: 'shop.tasks', taskName: 'few' };
    assert.deepEqual(typesAsked(named, undefined, DIAGNOSIS), [{ ...named, undetermined: 3 }]);
    assert.deepEqual(typesAsked(named, undefined, undefined), [{ ...named, undetermined: null }]);
    assert.equal(typesAsked({ taskName: 'few' }, undefined, DIAGNOSIS), undefined);
    assert.equal(typesOfNodes([]), undefined);
  });

  it('says in one sentence why a draft cannot be tested', () => {
    assert.match(basisOf(resultOf(), false).because ?? '', /^Restricted Mode: .*nothing is connected/);
    assert.match(basisOf(undefined, true).because ?? '', /^There is no result to test a draft on/);
    const unverified = resultOf({ diagnosis: aDiagnosis() });
    assert.match(basisOf(unverified, true).because ?? '', /run Check with Verification/);
    const profile = { name: 'shop' } as CheckResult['profile'];
    assert.match(basisOf({ ...unverified, profile }, true).because ?? '', /names no broker/);
    assert.equal(basisOf(resultOf(), true).because, null);
  });

  it('finds the undetermined rows that the check judged, of the wanted types alone', () => {
    const judged = new JudgedRows();
    const add = (id: number, taskName: string, verdict: Verdict): void => {
      judged.add(
        { id, taskModule: 'shop.tasks', taskName, status: 'SCHEDULED', lastRun: 1, updatedAt: null } as never,
        { verdict, confidence: 'likely' } as never,
      );
    };
    add(1, 'many', 'unknown');
    add(2, 'many', 'lost');
    add(3, 'few', 'unknown');
    add(4, 'many', 'unknown');
    const ids = undeterminedIds({ judged }, [{ taskModule: 'shop.tasks', taskName: 'many', undetermined: 60 }]);
    assert.deepEqual([...ids], [['shop.tasks.many', [1, 4]]]);
  });

  it('tries new rules before those that are tried already, and another one for the same task gives way', () => {
    const other: EffectRule = { ...RULE, task: 'a.b' };
    const older: EffectRule = { ...RULE, table: 'old' };
    assert.deepEqual(rulesToTry([other, older], [A_DRAFT]), [RULE, other]);
    assert.deepEqual(rulesToTry([RULE], [A_DRAFT]), [RULE]);
  });

  it('shows which drafts are in use or added, and how the undetermined share changed', () => {
    const drafting: Drafting = {
      types: [{ taskModule: 'shop.tasks', taskName: 'send_invoice', undetermined: 63_933 }],
      drafts: [A_DRAFT, NO_DRAFT],
      profile: { name: 'shop', production: true },
      cannotTry: null,
      running: null,
      problem: null,
      added: new Set([ruleKey(RULE)]),
      before: { undetermined: 70, stuck: 90 },
    };
    const tried = resultOf({ request: { tried: [RULE] } as unknown as CheckResult['request'] });
    const state = draftState(drafting, tried, 'celery-effects.json');
    assert.deepEqual(
      state.drafts.map(({ undetermined, tried: used, added }) => [undetermined, used, added]),
      [
        [63_933, true, true],
        [null, undefined, undefined],
      ],
    );
    assert.deepEqual(state.share, { before: 70, after: 63, all: [90, 80] });
    assert.equal(state.production, true);
    const ordinary = draftState(drafting, resultOf(), null);
    assert.deepEqual([ordinary.drafts[0]?.tried, ordinary.share, ordinary.file], [undefined, undefined, null]);
  });

  it('changes only what is new in a text', () => {
    const apply = (before: string, after: string): string => {
      const { start, end, text } = insertion(before, after);
      return before.slice(0, start) + text + before.slice(end);
    };
    for (const [before, after] of [
      ['[\n  1\n]\n', '[\n  1,\n  2\n]\n'],
      ['', '[]'],
      ['[1]', '[1]'],
      ['aa', 'aaa'],
    ] as const)
      assert.equal(apply(before, after), after);
    assert.deepEqual(insertion('[1]', '[1, 2]'), { start: 2, end: 2, text: ', 2' });
  });
});
