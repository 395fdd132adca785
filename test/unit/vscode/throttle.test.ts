import assert from 'node:assert/strict';
import { Throttle, type Timer } from '../../../src/vscode/shared/throttle';

/** A clock that a test turns. */
function clock(): Timer & { forward(ms: number): void } {
  let now = 0;
  let jobs: { at: number; job: () => void }[] = [];
  return {
    set: (job, ms) => {
      const entry = { at: now + ms, job };
      jobs.push(entry);
      return entry;
    },
    clear: (handle) => {
      jobs = jobs.filter((entry) => entry !== handle);
    },
    forward: (ms) => {
      const end = now + ms;
      for (;;) {
        const next = jobs.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = next.at;
        jobs = jobs.filter((entry) => entry !== next);
        next.job();
      }
      now = end;
    },
  };
}

describe('vscode/throttle', () => {
  function made() {
    const timer = clock();
    let value = 0;
    const sent: number[] = [];
    const throttle = new Throttle(() => sent.push(value), 200, timer);
    return {
      timer,
      throttle,
      sent,
      change: () => {
        value++;
        throttle.call();
      },
    };
  }

  it('the throttle of the report runs at once the first time, and with the last value once the interval is over', () => {
    const { timer, sent, change } = made();
    for (let i = 0; i < 10; i++) change();
    assert.deepEqual(sent, [1]);
    timer.forward(199);
    assert.deepEqual(sent, [1]);
    timer.forward(1);
    assert.deepEqual(sent, [1, 10]);
    timer.forward(10_000);
    assert.deepEqual(sent, [1, 10]);
  });

  it('the throttle of the report runs at most five times a second, however often it is called', () => {
    const { timer, sent, change } = made();
    for (let i = 0; i < 1000; i++) {
      change();
      timer.forward(1);
    }
    timer.forward(1000);
    assert.ok(sent.length <= 6, String(sent.length));
    assert.equal(sent.at(-1), 1000);
  });

  it('the throttle of the report runs at once when it must, and not twice for it', () => {
    const { timer, throttle, sent, change } = made();
    change();
    change();
    throttle.now();
    assert.deepEqual(sent, [1, 2]);
    timer.forward(1000);
    assert.deepEqual(sent, [1, 2]);
  });

  it('the throttle of the report does nothing more once it is stopped', () => {
    const { timer, throttle, sent, change } = made();
    change();
    change();
    throttle.stop();
    timer.forward(1000);
    assert.deepEqual(sent, [1]);
  });
});
