import assert from 'node:assert/strict';
import { cutStartToWidth, cutToWidth, padToWidth, textWidth, wrapToWidth } from '../../../src/base/textWidth';

describe('base/textWidth', () => {
  it('the width of a text is that of its characters in a terminal', () => {
    const widths: readonly [string, number][] = [
      ['', 0],
      ['plain', 5],
      ['Größe ñ', 7],
      ['日本語', 6],
      ['e\u0301', 1],
      ['🎉', 2],
      ['👩‍💻', 2],
      ['⚠\ufe0f', 2],
      ['█▌…·≈±', 6],
      ['ｆｕｌｌ', 8],
    ];
    for (const [text, width] of widths) assert.equal(textWidth(text), width, text);
  });

  it('a text that is too wide is cut so that it fits with its mark', () => {
    assert.equal(cutToWidth('exactly', 7), 'exactly');
    assert.equal(cutToWidth('too long', 5), 'too …');
    assert.equal(cutToWidth('日本語', 4), '日…');
    assert.equal(cutToWidth('abc', 0), '');
    assert.equal(cutStartToWidth('shop.tasks.send', 8), '…ks.send');
    assert.equal(cutStartToWidth('日本語', 4), '…語');
    for (const cut of [cutToWidth, cutStartToWidth])
      for (let columns = 0; columns < 9; columns++) assert.ok(textWidth(cut('a日本👩‍💻cde', columns)) <= columns);
  });

  it('a paragraph is broken between words, and a longer word anywhere', () => {
    assert.deepEqual(wrapToWidth('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrapToWidth('one breathecode.tasks two', 8), ['one', 'breathec', 'ode.task', 's two']);
    assert.deepEqual(wrapToWidth('日本語日本語', 5), ['日本', '語日', '本語']);
    assert.deepEqual(wrapToWidth('  a   b ', 80), ['a b']);
    assert.deepEqual(wrapToWidth('', 80), []);
    assert.deepEqual(wrapToWidth('日本', 1), ['日', '本'], 'what fits nowhere has a line of its own');
  });

  it('a cell is padded to its columns on either side', () => {
    assert.equal(padToWidth('日', 4), '日  ');
    assert.equal(padToWidth('12', 4, 'left'), '  12');
    assert.equal(padToWidth('12345', 4), '12345');
  });
});
