import assert from 'node:assert/strict';
import { forgetSecrets } from '../../../src/base/secrets';
import { Random } from '../../support/random';

/**
 * The seed of all cases. The same one every time, so that a run that passed passes again: FUZZ_SEED=random looks for what nobody has met,
 * FUZZ_SEED=<number> repeats what a failure printed, FUZZ_RUNS=<number> makes so many times as many cases.
 */
export const SEED = seedOf(process.env.FUZZ_SEED);
export const TIMES = Math.max(1, Number(process.env.FUZZ_RUNS ?? 1) || 1);
/** One case may take this long, milliseconds: all of them are small. Slow machines stop now and then, so it is measured again. */
const CASE_MS = 500;

/** The names that every object inherits: a decoder that adds one has polluted them all. */
const INHERITED = Reflect.ownKeys(Object.prototype).length;

function seedOf(text: string | undefined): number {
  if (text === 'random') return Math.floor(Math.random() * 0x7fffffff);
  return Number(text ?? 5) | 0;
}

/**
 * A test of `runs` cases, each with its own generator. A failure names the seed and the case.
 * @param check throws what it finds wrong
 */
export function fuzz(title: string, runs: number, check: (random: Random) => unknown): void {
  it(`${title} (${String(runs * TIMES)} cases)`, async function () {
    this.timeout(60_000 * TIMES);
    for (let number = 0; number < runs * TIMES; number++) await runCase(number, check);
  });
}

async function runCase(number: number, check: (random: Random) => unknown): Promise<void> {
  try {
    let took = await timed(number, check);
    if (took > CASE_MS) took = Math.min(took, await timed(number, check));
    assert.ok(took < CASE_MS, `a small input took ${String(Math.round(took))} ms`);
    assert.equal(Reflect.ownKeys(Object.prototype).length, INHERITED, 'Object.prototype was changed');
  } catch (error) {
    const about = `FUZZ_SEED=${String(SEED)}, case ${String(number)}`;
    if (!(error instanceof assert.AssertionError)) throw new Error(about, { cause: error });
    error.message = `${about}: ${error.message}`;
    throw error;
  }
}

async function timed(number: number, check: (random: Random) => unknown): Promise<number> {
  // Thousands of made-up passwords are more than any process knows.
  forgetSecrets();
  const began = performance.now();
  await check(new Random(Math.imul(SEED, 0x9e3779b1) + number));
  return performance.now() - began;
}

/** As a failure shows an input. */
export function shown(input: string | Buffer): string {
  const text = JSON.stringify(typeof input === 'string' ? input : input.toString('latin1'));
  return text.length > 1500 ? `${text.slice(0, 1500)}…` : text;
}
