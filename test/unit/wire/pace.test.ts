import assert from 'node:assert/strict';
import { Pace } from '../../../src/wire/pace';

const MEGABYTE = 1024 * 1024;
const hear = (pace: Pace, times: number, ms: number): void => {
  for (let command = 0; command < times; command++) pace.heard(1000, MEGABYTE * pace.part, ms);
};

describe('wire/pace', () => {
  it('the pace at which a server is asked is full as long as it answers as it did', () => {
    const pace = new Pace();
    for (const ms of [5, 9, 4, 12, 8, 6, 30, 5]) hear(pace, 1, ms);
    assert.deepEqual([pace.part, pace.pauseMs], [1, 0]);
  });

  it('the pace at which a server is asked falls with every answer that is slower than usual, and pauses grow, both within bounds', () => {
    const pace = new Pace();
    hear(pace, 5, 5);
    const seen = Array.from({ length: 9 }, () => {
      hear(pace, 1, 900);
      return [pace.part, pace.pauseMs];
    });
    assert.deepEqual(seen.slice(0, 3), [[0.5, 20], [0.25, 40], [0.125, 80]]); // prettier-ignore
    assert.deepEqual(seen.at(-1), [1 / 64, 640]);
  });

  it('the pace at which a server is asked comes back step by step when the server is well again', () => {
    const pace = new Pace();
    hear(pace, 5, 5);
    hear(pace, 3, 900);
    hear(pace, 2, 1);
    assert.deepEqual([pace.part, pace.pauseMs], [0.5, 20]);
    hear(pace, 1, 1);
    assert.deepEqual([pace.part, pace.pauseMs], [1, 0]);
  });

  it('the pace at which a server is asked takes a link that was slow from the beginning for a slow link, and no trouble', () => {
    const pace = new Pace();
    pace.heard(2, 2000, 3);
    hear(pace, 40, 1500);
    assert.equal(pace.pauseMs, 0);
  });

  it('the pace at which a server is asked does not learn from the slow answers what is usual', () => {
    const pace = new Pace();
    hear(pace, 5, 5);
    hear(pace, 50, 900);
    assert.equal(pace.pauseMs, 640);
  });

  it('the pace at which a server is asked rests as long as it says, and not when it was cancelled', async () => {
    const pace = new Pace();
    hear(pace, 5, 5);
    hear(pace, 2, 900);
    const began = performance.now();
    await pace.rest();
    assert.ok(performance.now() - began >= 38);
    hear(pace, 9, 900);
    const cancelled = performance.now();
    await pace.rest(AbortSignal.abort());
    assert.ok(performance.now() - cancelled < 600);
  });
});
