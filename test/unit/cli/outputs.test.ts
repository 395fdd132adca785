import assert from 'node:assert/strict';
import { ansiText } from '../../../src/cli/ansi';
import { hasColors } from '../../../src/cli/outputs';
import { VERDICT_LOOKS } from '../../../src/report/verdictLooks';
import type { StyledLine } from '../../../src/report/terminal/line';

const output = (isTTY: boolean) => ({ isTTY, write: () => true });

describe('cli/outputs', () => {
  it('colors are used on a terminal, unless it has none or the person wants none', () => {
    assert.equal(hasColors(output(true), {}), true);
    assert.equal(hasColors(output(false), {}), false);
    assert.equal(hasColors(output(true), { NO_COLOR: '1' }), false);
    assert.equal(hasColors(output(true), { NO_COLOR: '' }), true, 'an empty NO_COLOR is none');
    assert.equal(hasColors(output(true), { TERM: 'dumb' }), false);
    assert.equal(hasColors(output(true), { FORCE_COLOR: '0' }), false);
    assert.equal(hasColors(output(false), { FORCE_COLOR: '1' }), true);
    assert.equal(hasColors(output(true), { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }), true);
  });

  it('without colors there is no escape sequence, and no blank at the end of a line', () => {
    const lines: StyledLine[] = [
      [{ text: 'lost  ', style: { color: 'charts.red', strong: true } }, { text: '12 ' }],
      [],
      [{ text: 'faint', style: { faint: true } }],
    ];
    assert.equal(ansiText(lines, false), 'lost  12\n\nfaint\n');
    assert.equal(ansiText(lines, true), '\u001b[1;31mlost  \u001b[0m12 \n\n\u001b[2mfaint\u001b[0m\n');
  });

  it('every verdict has a color in a terminal', () => {
    for (const [verdict, { color }] of Object.entries(VERDICT_LOOKS))
      assert.match(
        JSON.stringify(ansiText([[{ text: verdict, style: { color } }]], true)),
        /^"\\u001b\[\d+m\w+\\u001b\[0m\\n"$/,
        verdict,
      );
  });

  it('text that would steer the terminal is written as what it is', () => {
    const text = ansiText([[{ text: 'a\u001b[2Jb\nc', style: { strong: true } }]], true);
    assert.equal(text, '\u001b[1ma\\u001b[2Jb\\nc\u001b[0m\n');
  });
});
