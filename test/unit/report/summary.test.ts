import { strict as assert } from 'node:assert';
import type { OutcomeCount } from '../../../src/model/diagnosis';
import type { SourceReport } from '../../../src/model/sources';
import type { Confidence, Verdict } from '../../../src/model/verdict';
import { viewWorkers } from '../../../src/brokers/redis/workers/view';
import { answerOf, askedHours } from '../../../src/report/summary';

const parameters = {
  hours: 906,
  olderThan: '2026-10-16T16:00:00Z',
  statuses: ['SCHEDULED'],
  limit: 5,
  checkExecution: true,
};

function outcome(verdict: Verdict, confidence: Confidence, count: number): OutcomeCount {
  return { verdict, confidence, count, lastRuns: { 0: count } };
}

function answer(outcomes: readonly OutcomeCount[]) {
  const verdicts: Partial<Record<Verdict, number>> = {};
  for (const { verdict, count } of outcomes) verdicts[verdict] = (verdicts[verdict] ?? 0) + count;
  const count = outcomes.reduce((sum, one) => sum + one.count, 0);
  return answerOf({ parameters, taskTypes: [{ count, verdicts, outcomes }] });
}

describe('report/summary', () => {
  it('the answer in one sentence says how many, for how long and in how many types', () => {
    const taskTypes = [{ count: 129_000 }, { count: 690 }];
    const { stuck, verdicts, sure } = answerOf({ parameters, taskTypes });
    assert.equal(stuck, '129,690 tasks have been stuck for more than 37 days (2 task types)');
    assert.deepEqual([verdicts, sure], [null, null]);
  });

  it('the answer in one sentence says what became of them, most first, and how sure that is', () => {
    const { verdicts, sure } = answer([
      outcome('lost', 'likely', 22),
      outcome('finished', 'proven', 60),
      outcome('finished', 'likely', 11),
      outcome('unknown', 'possible', 7),
    ]);
    assert.equal(verdicts, '71% finished, but still marked SCHEDULED; 22% lost; 7% undetermined');
    assert.equal(sure, 'Confidence: 60% proven, 33% likely, 7% undetermined.');
  });

  it('the answer in one sentence gives four verdicts a number each, and of more only the three biggest', () => {
    const four = [
      outcome('lost', 'likely', 40),
      outcome('finished', 'likely', 30),
      outcome('failed', 'likely', 20),
      outcome('held', 'likely', 10),
    ];
    assert.equal(
      answer(four).verdicts,
      '40% lost; 30% finished, but still marked SCHEDULED; 20% failed, but still marked SCHEDULED; 10% reserved by a worker, not started',
    );
    assert.equal(
      answer([...four, outcome('running', 'likely', 1)]).verdicts,
      '40% lost; 30% finished, but still marked SCHEDULED; 20% failed, but still marked SCHEDULED; the remaining 11% are held by a worker or running',
    );
  });

  it('the answer in one sentence says "all" and not 100%, and speaks of one task as of one', () => {
    assert.equal(answer([outcome('lost', 'proven', 9)]).verdicts, 'All are lost');
    assert.equal(answer([outcome('lost', 'proven', 9)]).sure, 'All 9 verdicts are proven.');
    const one = answer([outcome('finished', 'likely', 1)]);
    assert.equal(one.stuck, '1 task has been stuck for more than 37 days (1 task type)');
    assert.equal(one.verdicts, 'It is finished, but still marked SCHEDULED');
    assert.equal(one.sure, 'The verdict is likely.');
  });

  it('the answer in one sentence does not call not knowing sure', () => {
    assert.equal(answer([outcome('unknown', 'possible', 5)]).sure, null);
  });

  it('the answer in one sentence says what happened: the causes with most tasks, none of rows that cannot be told, nor one that only says how it was seen', () => {
    const { why } = answer([
      { ...outcome('lost', 'likely', 4000), cause: 'broker-wiped' },
      { ...outcome('lost', 'likely', 30), cause: 'never-published' },
      { ...outcome('lost', 'proven', 10), cause: 'never-published' },
      { ...outcome('waiting', 'proven', 20), cause: 'workers-down' },
      { ...outcome('held', 'proven', 5), cause: 'redelivery-pending' },
      { ...outcome('failed', 'proven', 4), cause: 'unregistered' },
      { ...outcome('finished', 'proven', 900), cause: 'effect-found' },
      { ...outcome('unknown', 'possible', 900), cause: 'lost-update' },
    ]);
    assert.equal(
      why,
      'Why: 4,000 lost their messages when the broker was flushed, restarted or ran out of memory (likely); 40 were never sent; 20 are waiting: no worker is connected; 5 were taken by workers that are gone',
    );
    assert.equal(answer([outcome('lost', 'likely', 3)]).why, null);
  });

  it('the answer in one sentence says that no worker is connected, unless a cause says it or nothing is known of why', () => {
    const nobody = viewWorkers({
      clients: { takers: 0, stale: 0, subscribers: 0 },
      answers: null,
      askingFailed: null,
      heard: null,
      blocked: null,
    });
    assert.ok(nobody.none);
    const why = (outcomes: readonly OutcomeCount[], source: SourceReport = nobody.report): string | null =>
      answerOf({
        parameters,
        sources: [source],
        infrastructure: { workers: nobody.workers },
        taskTypes: [{ count: outcomes.reduce((sum, one) => sum + one.count, 0), outcomes }],
      }).why;
    const sent = { ...outcome('lost', 'proven', 9), cause: 'never-published' } as const;
    const down = { ...outcome('waiting', 'proven', 4), cause: 'workers-down' } as const;
    assert.equal(why([sent]), 'Why: 9 were never sent; no worker is connected');
    assert.equal(why([sent, down]), 'Why: 9 were never sent; 4 are waiting: no worker is connected');
    assert.equal(why([{ ...down, count: 1 }]), 'Why: 1 is waiting: no worker is connected');
    assert.equal(why([outcome('lost', 'proven', 9)]), null);
    assert.equal(why([sent], { ...nobody.report, state: 'unavailable' }), 'Why: 9 were never sent');
    assert.equal(why([sent], { ...nobody.report, name: 'broker' }), 'Why: 9 were never sent');
    const four = (['broker-wiped', 'message-missing', 'lost-update', 'paused'] as const).map((cause) => ({
      ...sent,
      cause,
    }));
    assert.equal(why(four)?.split('; ').length, 4);
    assert.match(why(four)!, /; no worker is connected$/);
  });

  it('the answer in one sentence says no age where tasks of any age count', () => {
    const taskTypes = [{ count: 2 }];
    assert.equal(
      answerOf({ parameters: { ...parameters, hours: 0 }, taskTypes }).stuck,
      '2 tasks are stuck (1 task type)',
    );
    const none = answerOf({ parameters: { ...parameters, hours: 0 }, taskTypes: [] });
    assert.equal(none.stuck, 'There is no SCHEDULED task');
  });

  it('the answer in one sentence says that nothing is stuck', () => {
    const { stuck } = answerOf({ parameters: { ...parameters, statuses: ['SCHEDULED', 'PENDING'] }, taskTypes: [] });
    assert.equal(stuck, 'No SCHEDULED or PENDING task is older than 906 h (37 days)');
  });

  it('the answer in one sentence says hours as days only where they are some', () => {
    assert.deepEqual([47.5, 48, 60, 906].map(askedHours), [
      '47.5 h',
      '48 h (2 days)',
      '60 h (2 days)',
      '906 h (37 days)',
    ]);
  });
});
