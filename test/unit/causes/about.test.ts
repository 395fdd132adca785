import assert from 'node:assert/strict';
import { forCount } from '../../../src/base/sentences';
import { ABOUT } from '../../../src/causes/about';
import type { AdviceId } from '../../../src/causes/cause';
import type { World } from '../../../src/model/facts';
import { CAUSES, VERDICTS, type Cause, type Confidence, type Verdict } from '../../../src/model/verdict';
import { recommendFor } from '../../../src/verdicts/advice';
import { Tally } from '../../../src/verdicts/tally';
import { NO_HISTORY } from '../../../src/tables/taskManager/histories';
import { everyClaim } from '../../support/everyClaim';
import { ANSWERED, facts, NOW, TABLE, world } from '../../support/facts';
import { fixRow, planOf } from '../../support/fixes';

interface Pair {
  readonly verdict: Verdict;
  readonly cause: Cause;
}

const CONFIDENCES: readonly Confidence[] = ['proven', 'likely', 'possible'];

const text = ({ verdict, cause }: Pair): string => `${verdict}/${cause}`;

/** What the files of the causes declare. */
const DECLARED: readonly Pair[] = CAUSES.flatMap((cause) =>
  VERDICTS.filter((verdict) => ABOUT[cause].verdicts[verdict] !== undefined).map((verdict) => ({ verdict, cause })),
);

/** Worlds in which every recommendation about a cause is made that the cause names. */
const WORLDS: readonly World[] = [
  world({ workers: ANSWERED }),
  world({ redis: { flushes: 2 } }),
  world({ broker: { locks: [{ key: 'unacked_mutex', expiresIn: null }] } }),
  world({ histories: new Map([['shop.tasks.send', { ...NO_HISTORY, done: 9, doneWithoutTaskId: 3 }]]) }),
];

/** The ids of everything that is recommended where all rows are judged so, in any of the worlds. */
function advised({ verdict, cause }: Pair): string[] {
  const ids = new Set<string>();
  for (const around of WORLDS)
    for (const confidence of CONFIDENCES)
      for (const twin of [null, { id: 8, status: 'DONE', createdAt: NOW }]) {
        const tally = new Tally();
        tally.add(facts({ twin }), { verdict, cause, confidence });
        const found = { groups: tally.groups(), rows: 1, world: around, table: TABLE, messagesWithoutRow: 0 };
        for (const { id } of recommendFor(found)) ids.add(id);
      }
  return [...ids].sort();
}

describe('causes/about', () => {
  let claimed: ReadonlySet<string>;

  before('ask every rule', function () {
    this.timeout(60_000);
    const pairs = new Set<string>();
    for (const [, { verdict, cause, fallbackCause }] of everyClaim())
      for (const named of [cause, fallbackCause]) if (named !== undefined) pairs.add(text({ verdict, cause: named }));
    claimed = pairs;
  });

  it('the file of a cause says what follows for each verdict that a rule gives the cause, and for no other verdict', () => {
    assert.deepEqual([...claimed].sort(), DECLARED.map(text).sort());
  });

  it('the file of a cause says what every cause means, as a clause', () => {
    for (const cause of CAUSES) assert.match(ABOUT[cause].meaning, /^[a-z][^.]{7,}[^.]$/, cause);
    assert.equal(new Set(CAUSES.map((cause) => ABOUT[cause].meaning)).size, CAUSES.length);
  });

  it('the file of a cause says what happened as a clause with the number of tasks, each in other words', () => {
    const phrases = CAUSES.map((cause) => ABOUT[cause].phrase).filter((phrase) => phrase !== null);
    for (const phrase of phrases)
      for (const count of [1, 7]) assert.match(forCount(phrase, count), /^([^{}]+ )?\{tasks\}( [^{}]+)?$/);
    assert.equal(new Set(phrases).size, phrases.length);
    // These say how a verdict was seen.
    assert.deepEqual(
      CAUSES.filter((cause) => ABOUT[cause].phrase === null),
      ['prefetched', 'empty-exception', 'effect-found', 'result-success', 'result-failure'],
    );
  });

  it('the file of a cause names exactly the recommendations that are made for its rows', () => {
    const wanted = Object.fromEntries(
      DECLARED.map((pair): [string, AdviceId[]] => [
        text(pair),
        [...(ABOUT[pair.cause].verdicts[pair.verdict]?.advice ?? [])].sort(),
      ]),
    );
    assert.deepEqual(Object.fromEntries(DECLARED.map((pair) => [text(pair), advised(pair)])), wanted);
  });

  it('the file of a cause leaves no row without a script or a refusal, and uses its own refusal where it has one', () => {
    for (const { verdict, cause } of DECLARED) {
      const { refusal } = ABOUT[cause].verdicts[verdict]!;
      for (const confidence of CONFIDENCES)
        for (const twin of [false, true])
          for (const twinUnknown of [false, true]) {
            const plan = planOf([
              fixRow({
                verdict,
                cause,
                confidence,
                ...(twin ? { twin } : {}),
                ...(twinUnknown ? { twinUnknown } : {}),
              }),
            ]);
            const scripts = plan.scripts.filter(({ kind }) => kind !== 'cure');
            const about = `${verdict}/${cause} ${confidence}`;
            assert.equal(scripts.length > 0, plan.refused.length === 0, about);
            const [refused] = plan.refused;
            if (refused === undefined) continue;
            assert.match(refused.why, /^[A-Z].{40,}\.$/s, about);
            if (refusal !== null && !(verdict === 'lost' && twin)) assert.ok(refused.why.includes(refusal), about);
          }
    }
  });

  it('the file of a cause allows the dispatch of rows that never ran alone', () => {
    const dispatchable = CAUSES.filter((cause) => ABOUT[cause].verdicts.lost?.dispatchable);
    assert.deepEqual(dispatchable, ['never-published', 'broker-wiped', 'message-missing']);
    for (const { verdict, cause } of DECLARED) {
      const { scripts } = planOf([fixRow({ verdict, cause, confidence: 'likely' })]);
      const isDispatched = scripts.some(({ kind }) => kind === 'dispatch');
      assert.equal(isDispatched, verdict === 'lost' && dispatchable.includes(cause), text({ verdict, cause }));
    }
  });
});
