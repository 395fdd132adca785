import assert from 'node:assert/strict';
import { textWidth } from '../../../src/base/textWidth';
import { Messages } from '../../../src/cli/messages';
import { formatProgress, type ProgressEvent } from '../../../src/model/progress';

const CLEAR = '\r\u001b[K';

const step = (label: string): ProgressEvent => ({ step: 1, steps: 7, label, elapsedMs: 1200 });

/** What a rewritten line shows. */
function shown(written: string | undefined): string {
  const text = written ?? '';
  assert.ok(text.startsWith(CLEAR), text);
  return text.slice(CLEAR.length);
}

function terminal(fields: { isTTY?: boolean; columns?: number; TERM?: string } = {}) {
  const { TERM = 'xterm', ...output } = fields;
  const written: string[] = [];
  let now = 1000;
  const messages = new Messages(
    { isTTY: true, columns: 40, ...output, write: (text) => written.push(text) },
    { TERM },
    () => now,
  );
  return { messages, written, tick: (ms: number) => (now += ms) };
}

describe('cli/messages', () => {
  it('progress on a terminal is one line that is rewritten, cut to the width, and gone before anything else', () => {
    const { messages, written, tick } = terminal();
    messages.progress(step('Connecting...'));
    tick(200);
    messages.progress(step(`Analyzing task type 1/2: ${'日本.'.repeat(40)}`));
    messages.say('Warning: something.');
    messages.say('Another.');
    messages.clear();
    const [first, second, ...rest] = written;
    assert.equal(first, `${CLEAR}[1/7 +1.2s] Connecting...`);
    const line = shown(second);
    assert.match(line, /^\[1\/7 \+1\.2s\] Analyzing task type 1\/2:.*…$/u);
    assert.ok(textWidth(line) < 40, 'the last column stays free');
    assert.deepEqual(rest, [CLEAR, 'Warning: something.\n', 'Another.\n']);
  });

  it('progress on a terminal is rewritten ten times a second at most, and the last event is not lost', async () => {
    const { messages, written } = terminal();
    for (let index = 1; index <= 245; index++) messages.progress(step(`Analyzing task type ${String(index)}/245`));
    assert.equal(written.length, 1);
    // The one event that waits is written when its time has come.
    while (written.at(-1)?.includes('245/245') !== true) await new Promise((done) => setTimeout(done, 10));
    assert.equal(written.length, 2);
    messages.clear();
    assert.equal(written.length, 3);
  });

  it('progress that is cleared does not come back', async () => {
    const { messages, written } = terminal();
    messages.progress(step('one'));
    messages.progress(step('two'));
    messages.clear();
    await new Promise((done) => setTimeout(done, 150));
    assert.deepEqual(written, [`${CLEAR}[1/7 +1.2s] one`, CLEAR]);
  });

  it('progress that no line can be rewritten for has a line for each event', () => {
    for (const { messages, written } of [terminal({ isTTY: false }), terminal({ TERM: 'dumb' })]) {
      messages.progress(step('one'));
      messages.progress(step('two'));
      messages.say('done');
      assert.deepEqual(written, [`${formatProgress(step('one'))}\n`, `${formatProgress(step('two'))}\n`, 'done\n']);
    }
  });

  it('progress follows the width of the window, and takes 80 columns where the terminal does not say', () => {
    for (const [columns, width] of [
      [200, 199],
      [0, 79],
      [1, 0],
    ] as const) {
      const { messages, written } = terminal({ columns });
      messages.progress(step('x'.repeat(300)));
      assert.equal(textWidth(shown(written[0])), width);
    }
  });
});
