import assert from 'node:assert/strict';
import type { Timeline } from '../../../src/model/diagnosis';
import type { Cause, Confidence, Verdict } from '../../../src/model/verdict';
import { Tally } from '../../../src/verdicts/tally';
import { facts, row } from '../../support/facts';

const TIMELINE: Timeline = { start: '2026-10-01T00:00:00Z', binSeconds: 3600, bins: 10 };
const START = Date.parse(TIMELINE.start) / 1000;
const TYPE = { taskModule: 'shop.tasks', taskName: 'send' };

type As = readonly [verdict: Verdict, cause: Cause | undefined, confidence: Confidence, twin?: true];

function add(tally: Tally, [verdict, cause, confidence, twin]: As, lastRun = START, taskName = 'send'): void {
  const of = facts({
    row: row({ taskName, lastRun }),
    twin: twin ? { id: 8, status: 'DONE', createdAt: START } : null,
  });
  tally.add(of, { verdict, ...(cause === undefined ? {} : { cause }), confidence });
}

describe('verdicts/outcomes', () => {
  it('outcomes tell verdict, cause, confidence and twin apart, by type', () => {
    const tally = new Tally(TIMELINE);
    add(tally, ['lost', 'never-published', 'likely']);
    add(tally, ['lost', 'never-published', 'likely'], START + 3600);
    add(tally, ['lost', 'never-published', 'likely'], START + 3600);
    add(tally, ['lost', 'never-published', 'likely', true]);
    add(tally, ['lost', undefined, 'likely'], START - 5);
    add(tally, ['lost', undefined, 'likely'], START + 3599.999999);
    add(tally, ['running', undefined, 'proven'], START, 'other');
    assert.deepEqual(tally.ofType(TYPE), {
      verdicts: { lost: 6 },
      outcomes: [
        { verdict: 'lost', cause: 'never-published', confidence: 'likely', count: 3, lastRuns: { 0: 1, 1: 2 } },
        { verdict: 'lost', confidence: 'likely', count: 2, lastRuns: { 0: 2 } },
        { verdict: 'lost', cause: 'never-published', confidence: 'likely', twin: true, count: 1, lastRuns: { 0: 1 } },
      ],
    });
    assert.deepEqual(tally.totals(), { lost: 6, running: 1 });
    assert.deepEqual(tally.ofType({ ...TYPE, taskName: 'unheard' }), { verdicts: {}, outcomes: [] });
  });

  it('outcomes are summed to groups, in which two types that share a written name stay apart', () => {
    const tally = new Tally(TIMELINE);
    const of = (taskModule: string, taskName: string, id: number) => facts({ row: row({ taskModule, taskName, id }) });
    const lost = { verdict: 'lost', cause: 'never-published' } as const;
    tally.add(of('a', 'b.c', 1), { ...lost, confidence: 'likely' });
    tally.add(of('a.b', 'c', 2), { ...lost, confidence: 'likely' });
    tally.add(of('a.b', 'c', 3), { ...lost, confidence: 'possible' });
    tally.add(of('a.b', 'c', 4), { ...lost, confidence: 'proven' });
    assert.deepEqual(
      tally.groups().map(({ proven, rows, types, examples }) => [proven, rows, [...types.values()], examples]),
      [
        [
          false,
          3,
          [
            { name: 'a.b.c', rows: 1 },
            { name: 'a.b.c', rows: 2 },
          ],
          [1, 2, 3],
        ],
        [true, 1, [{ name: 'a.b.c', rows: 1 }], [4]],
      ],
    );
    assert.deepEqual([tally.rows, tally.totals()], [4, { lost: 4 }]);
  });

  it('outcomes of equal size come in the same order, whichever was met first', () => {
    const all: As[] = [
      ['waiting', 'backlog', 'proven'],
      ['finished', 'lost-update', 'likely'],
      ['finished', 'effect-found', 'proven'],
      ['finished', 'effect-found', 'likely'],
      ['finished', undefined, 'proven'],
      ['lost', 'never-published', 'likely'],
      ['lost', 'never-published', 'likely', true],
      ['unknown', undefined, 'possible'],
    ];
    for (const order of [all, [...all].reverse()]) {
      const tally = new Tally(TIMELINE);
      for (const as of order) add(tally, as);
      const { outcomes } = tally.ofType(TYPE);
      assert.deepEqual(
        outcomes.map(({ verdict, cause, confidence, twin }) => [verdict, cause, confidence, ...(twin ? [twin] : [])]),
        all,
      );
    }
  });
});
