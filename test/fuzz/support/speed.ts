import assert from 'node:assert/strict';
import { forgetSecrets } from '../../../src/base/secrets';
import { NASTY_TEXTS, REPEATED } from './nasty';

/** What the longest text may take, milliseconds of this process; less text may take no more. */
const MOST_MS = 500;
const SIZES = [1, 4, 16, 64, 256].map((kilobytes) => kilobytes * 1024);
const TRIES = 3;

/**
 * A test that no text of 256 KB keeps a reader busy. Expressions that go back and forth are seen at a kilobyte or some, long before they hang.
 * @param frames what stands before and behind the repeated piece; its own beginning leads the reader to where the piece matters
 * @param read may throw what it likes: that is for other tests
 */
export function neverSlow(
  title: string,
  frames: readonly (readonly [before: string, after: string])[],
  read: (text: string) => unknown,
): void {
  it(`${title}: 256 KB of anything take less than ${String(MOST_MS)} ms`, function () {
    this.timeout(120_000);
    for (const [before, after] of [['', ''], ...frames] as const)
      for (const piece of REPEATED)
        for (const size of SIZES) {
          const text = before + piece.repeat(Math.ceil(size / piece.length)) + after;
          let best = Infinity;
          for (let left = TRIES; left > 0 && best > MOST_MS; left--) best = Math.min(best, took(read, text));
          assert.ok(
            best < MOST_MS,
            `${JSON.stringify(before)} + ${JSON.stringify(piece)} repeated to ${String(size)} characters + ${JSON.stringify(after)} took ${String(Math.round(best))} ms`,
          );
        }
  });
}

/** Milliseconds of this process: what else the machine does must not count. */
function took(read: (text: string) => unknown, text: string): number {
  // What one text held must not cost the next one.
  forgetSecrets();
  const began = process.cpuUsage();
  try {
    read(text);
  } catch {
    // Refusing is quick too, and right.
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** Deeper than the call stack goes. */
export const DEPTH = 100_000;

/** JSON texts that are deep or huge in one place. */
export function extremes(): ReadonlyMap<string, string> {
  return new Map([
    ['deep lists', '['.repeat(DEPTH) + ']'.repeat(DEPTH)],
    ['deep objects', '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH)],
    ['unclosed lists', '['.repeat(DEPTH)],
    ['a text of 10 MB', JSON.stringify('x'.repeat(10 * 1024 * 1024))],
    ['a number of 100,000 digits', '9'.repeat(100_000)],
    ['a list of a hundred thousand', `[${'0,'.repeat(100_000)}0]`],
    ['a list of strange texts', JSON.stringify(NASTY_TEXTS)],
  ]);
}
