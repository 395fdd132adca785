import assert from 'node:assert/strict';
import type * as Lanes from '../../../tools/test-runner/index.mjs' with { 'resolution-mode': 'import' };

type Job = Lanes.Job;

/** Something to wait for, and the way to let it happen. */
function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('tools/lanes', () => {
  let runJobs: typeof Lanes.runJobs;
  before(async () => {
    ({ runJobs } = await import('../../../tools/test-runner/index.mjs'));
  });

  it('the lanes of the tests hold two jobs at once, those that wait beside them, and those that measure after all, alone', async () => {
    const events: string[] = [];
    const met = gate();
    let inside = 0;
    let most = 0;
    const job = (name: string, work: () => Promise<void>, kind?: 'waits' | 'alone'): Job => ({
      ...(kind ? { kind } : {}),
      run: async () => {
        most = Math.max(most, ++inside);
        events.push(`+${name}`);
        await work();
        events.push(`-${name}`);
        inside--;
      },
    });
    const yet = (): Promise<void> => Promise.resolve();
    const { done } = runJobs([
      // Each waits for the third, which is not in a lane: so they must be there at once.
      job('a', () => met.opened),
      job('b', () => met.opened),
      job('c', yet),
      job('alone', () => Promise.resolve().then(() => { assert.equal(inside, 1); }), 'alone'), // prettier-ignore
      job('waits', () => Promise.resolve().then(met.open), 'waits'),
    ]);
    await done;
    assert.equal(most, 3);
    assert.deepEqual(events.slice(0, 3), ['+a', '+b', '+waits']);
    assert.deepEqual(events.slice(-2), ['+alone', '-alone']);
    assert.equal(events.length, 10);
  });

  it('the lanes of the tests come to their end when one fails, and count it; no job ends another', async () => {
    const written = silently();
    const { tallies, done } = runJobs([
      { run: () => Promise.reject(new Error('a server did not start')) },
      {
        run: (tally) =>
          tally.part('good', () => {
            tally.take('@@counts {"passes":3,"failures":0,"pending":0}');
            return Promise.resolve(0);
          }),
      },
      {
        run: async (tally) => {
          await tally.part('dies without counts', () => Promise.resolve(0));
          await tally.part('skips', () => {
            tally.take('  before');
            tally.take('@@failed "a suite a test: it was \\"so\\"\\nand so"');
            tally.take('@@counts {"passes":1,"failures":1,"pending":1}');
            return Promise.resolve(1);
          });
        },
      },
    ]);
    await done.finally(written.back);
    assert.deepEqual(
      tallies.map(({ passed, failed, broken }) => [passed, failed, broken]),
      [
        [0, 1, []],
        [3, 0, []],
        [1, 3, ['dies without counts']],
      ],
    );
    assert.deepEqual(
      tallies.flatMap(({ failures }) => failures),
      ['a suite a test: it was "so"\nand so'],
    );
    const text = written.text();
    assert.match(text, /a server did not start/);
    // Whole, whatever runs beside it.
    assert.match(text, /\n== skips\n {2}before\n== skips: FAILED in \d+\.\d s\n/);
    assert.match(text, /== good: ok in /);
  });
});

/** Takes what is printed until `back`. */
function silently(): { readonly text: () => string; readonly back: () => void } {
  const parts: string[] = [];
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  const complain = stderr.write.bind(stderr);
  stdout.write = (chunk: string | Uint8Array) => parts.push(String(chunk)) > 0;
  stderr.write = () => true;
  return {
    text: () => parts.join(''),
    back: () => {
      stdout.write = write;
      stderr.write = complain;
    },
  };
}
