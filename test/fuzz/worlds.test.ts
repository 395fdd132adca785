/**
 * Worlds that follow from a seed: a model of the library, Celery, Redis and PostgreSQL runs, things go wrong, and at some moments a check
 * looks. Every decided verdict must be what really happened, and an undecided one must have that among its readings.
 * `FUZZ_SEED=N FUZZ_WORLD=N` runs one world; `FUZZ_RUNS` multiplies them; `WORLDS_REPORT=FILE` writes every kind of wrong verdict with a trace.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { RULES } from '../../src/causes/rules';
import { Random } from '../support/random';
import { Ledger } from './model/ledger';
import { check, makeLook } from './model/observe';
import { World } from './model/world';
import { SEED, TIMES } from './support/fuzz';

const WORLDS = 450 * TIMES;
/** When checks are made, as parts of a world's time: while much goes on, and long after. */
const MOMENTS = [0.25, 0.6, 1, 3];

/** Of likely verdicts, and of unknown ones: more is a fault of a rule. */
const MOST_WRONG = 0.03;
const MOST_WITHOUT = 0.005;

describe('worlds', () => {
  const ledger = new Ledger(RULES);

  before('run', async function () {
    this.timeout(180_000 * TIMES);
    const only = process.env.FUZZ_WORLD;
    const numbers = only === undefined ? Array.from({ length: WORLDS }, (_, number) => number) : [Number(only)];
    for (const number of numbers) await run(number, ledger);
    console.log(ledger.table());
    const { WORLDS_REPORT: file } = process.env;
    if (file !== undefined)
      writeFileSync(file, `${ledger.table()}\n\n${ledger.kindsInShort()}\n\n${ledger.report()}\n`);
  });

  // `likely` may be wrong where nothing tells: an effect that was removed since or that other code left, a process that was killed between the
  // end of its body and the last save, a save that waited after it took its time, a broker that nobody named, a dump beside another Redis.
  it('a proven verdict is what really happened, and hardly a likely one is not', () => {
    const { proven, likely } = ledger.counts;
    assert.equal(proven.wrong, 0, ledger.report(5));
    assert.ok(likely.wrong <= MOST_WRONG * likely.rows, `${likely.wrong} of ${likely.rows}:\n${ledger.report(5)}`);
    assert.ok(proven.rows > 1000 && likely.rows > 300, 'much is decided');
  });

  it('what really happened is among the readings of an unknown, but for rows whose broker cannot be known', () => {
    const { possible } = ledger.counts;
    assert.ok(
      possible.wrong <= MOST_WITHOUT * possible.rows,
      `${possible.wrong} of ${possible.rows}:\n${ledger.report(5)}`,
    );
  });

  it('every cause says what follows for each verdict that it was found with', () => {
    assert.deepEqual([...ledger.undeclared], []);
  });

  it('every rule spoke where it is right, and was silent elsewhere', () => {
    assert.deepEqual(process.env.FUZZ_WORLD === undefined ? ledger.notExercised() : [], []);
  });
});

async function run(number: number, ledger: Ledger): Promise<void> {
  const random = new Random(Math.imul(SEED, 0x9e3779b1) + number);
  const world = new World(random);
  for (const moment of MOMENTS) {
    const at = world.began + moment * world.seconds * (0.6 + random.next() * 0.4);
    while (world.simulation.now < at) {
      // A world stops at moments that are worth a look, too.
      world.simulation.runOn(at);
      const look = makeLook(random);
      const which = `FUZZ_SEED=${SEED} FUZZ_WORLD=${number}, ${world.simulation.age.toFixed(4)} s after it began`;
      for (const one of await check(world, look)) ledger.add(one, which, world, look);
    }
  }
}
