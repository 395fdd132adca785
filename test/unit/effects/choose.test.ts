import assert from 'node:assert/strict';
import type { CandidateRule } from '../../../src/effects/drafts/candidate';
import { choose, claimsOf, withClaims, type Tried } from '../../../src/effects/drafts/choose';
import type { EffectRule } from '../../../src/model/effectRule';
import type { RuleCounts, RuleTest } from '../../../src/model/ruleTest';
import { assertForPeople } from '../../support/problems';

const SENT = { when: [{ column: 'sent_at', atOrAfter: 'created_at' }], says: 'executed', text: 'Sent.' } as const;
const UNSENT = { when: [{ column: 'sent_at', null: true }], says: 'not-executed', text: 'Not sent.' } as const;

const rule = (more: Partial<EffectRule> = {}): EffectRule => ({
  task: 'shop.tasks.send',
  table: 'shop_order',
  find: { id: 'args[0]' },
  outcomes: [SENT, UNSENT],
  ...more,
});

/** looked, executed, failed, not executed */
type Counts = readonly [number, number, number, number];
const counts = ([looked, executed, failed, notExecuted]: Counts): RuleCounts => ({
  looked,
  executed,
  failed,
  notExecuted,
  cannotSay: looked - executed - failed - notExecuted,
});

interface Case {
  readonly finished?: Counts;
  readonly notRun?: Counts;
  readonly undetermined?: Counts;
  readonly strength?: RuleTest['strength'];
  readonly because?: string;
  readonly from?: CandidateRule['from'];
  readonly rule?: EffectRule;
}

function tried(one: Case = {}): Tried {
  const { finished = [1000, 990, 0, 0], notRun = [500, 0, 0, 490], undetermined = [100, 60, 0, 30] } = one;
  const candidate: CandidateRule = { rule: one.rule ?? rule(), from: one.from ?? 'code', why: [] };
  return {
    candidate,
    test: {
      task: 'shop.tasks.send',
      table: candidate.rule.table,
      origin: 'drafted',
      finished: counts(finished),
      notRun: counts(notRun),
      undetermined: counts(undetermined),
      falseAlarmsAtMost: 0.01,
      missesAtMost: 0.01,
      strength: one.strength ?? { declared: 'likely', earned: 'likely', notExecuted: 'likely' },
      ...(one.because === undefined ? {} : { because: one.because }),
    },
  };
}

function chosen(...all: readonly Tried[]): Tried {
  const found = choose(all);
  assert.ok('candidate' in found, JSON.stringify(found));
  return found;
}

function because(...all: readonly Tried[]): string {
  const found = choose(all);
  assert.ok('because' in found, JSON.stringify(found));
  assertForPeople(found.because);
  return found.because;
}

describe('effects/drafts/choose', () => {
  it('takes the candidate that separates the groups best', () => {
    const weak = tried({ finished: [1000, 500, 0, 0], rule: rule({ outcomes: [SENT] }) });
    const strong = tried();
    assert.equal(chosen(weak, strong), strong);
  });

  it('of candidates that are about as good, takes the simplest, and of those the one that the code guarantees most', () => {
    const long = tried({ rule: rule({ find: { id: 'args[0]', shop_id: 'args[1]' } }) });
    const first = tried({ finished: [1000, 970, 0, 0] });
    const second = tried();
    assert.equal(chosen(long, first, second), first);
  });

  it('takes code before data, however well data does', () => {
    const code = tried({ finished: [1000, 600, 0, 0] });
    assert.equal(chosen(tried({ from: 'data' }), code), code);
  });

  it('gives no draft where nothing separates: no finished task is called executed, or the rule decides nothing', () => {
    const blind = tried({ finished: [1000, 0, 0, 0], notRun: [500, 0, 0, 0], undetermined: [10, 0, 0, 0] });
    assert.match(because(blind), /shop_order does not separate tasks that ran .* it calls 0 of 1,000 finished tasks/);
    const refused = tried({
      strength: { declared: 'likely', earned: 'none', notExecuted: 'none' },
      because: 'It calls 40 of 500 tasks that did not run executed.',
    });
    assert.match(because(refused, blind), /None of the 2 rules .*: it calls 40 of 500 tasks/);
    assert.match(because(tried({ undetermined: [70, 0, 0, 0] })), /decides none of 70 undetermined tasks/);
    assert.match(because(), /^Neither the code nor the data/);
  });

  it('offers a draft from code also where no task is known, and none from data', () => {
    const none = { finished: [0, 0, 0, 0], notRun: [0, 0, 0, 0], undetermined: [10, 5, 0, 5] } as const;
    const code = tried(none);
    assert.equal(chosen(code), code);
    assert.match(
      because(tried({ ...none, from: 'data' })),
      /needs 60 finished tasks and 60 that did not run, and 0 and 0 are known/,
    );
  });

  it('offers no draft from data by few known tasks, or where most of them are not decided', () => {
    const few = { from: 'data', finished: [59, 59, 0, 0] } as const;
    assert.match(because(tried(few)), /and 59 and 500 are known/);
    assert.match(because(tried({ from: 'data', notRun: [59, 0, 0, 59] })), /and 1,000 and 59 are known/);
    const some = { finished: [1000, 400, 0, 0], notRun: [500, 0, 0, 200] } as const;
    assert.ok('because' in choose([tried({ ...some, from: 'data' })]));
    assert.ok('candidate' in choose([tried(some)]));
  });

  it('leaves claims out that the test refused', () => {
    const half = tried({ strength: { declared: 'proven', earned: 'none', notExecuted: 'likely' } });
    const claims = claimsOf(chosen(half));
    assert.deepEqual(claims, { ran: false, notRun: true });
    const left = withClaims(rule({ noRow: { says: 'executed', text: 'Gone.' } }), claims);
    assert.deepEqual(left, rule({ outcomes: [{ ...SENT, says: 'cannot-say' }, UNSENT] }));
  });
});
