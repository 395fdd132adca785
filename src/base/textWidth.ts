/** How wide text is in a terminal, where letters of East Asia and pictures take two columns. */

/** Nothing in it is wider or narrower than a column. */
const PLAIN = /^[\u0020-\u007e]*$/;
/** Wide and fullwidth characters (Unicode Standard Annex 11), in ranges. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
/** Pictures: by themselves, or because a selector or a flag says so. */
const PICTURE = /^\p{Emoji_Presentation}|\ufe0f|^\p{Regional_Indicator}/u;
/** Marks that take no column of their own. */
const NO_WIDTH = /^[\p{Mark}\u200b-\u200d\u2060]+$/u;
const CUT = '…';

const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text without control characters takes. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return characters(text).reduce((sum, { width }) => sum + width, 0);
}

/** The text, and where it is wider than `columns` its beginning with `…`. */
export function cutToWidth(text: string, columns: number): string {
  return textWidth(text) <= columns ? text : `${begin(text, columns - 1)}${columns < 1 ? '' : CUT}`;
}

/** The text, and where it is wider than `columns` its end behind `…`: the end of a dotted name tells more. */
export function cutStartToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 1) return '';
  let left = columns - 1;
  let end = '';
  for (const { text: one, width } of characters(text).reverse()) {
    if (width > left) break;
    left -= width;
    end = one + end;
  }
  return `${CUT}${end}`;
}

/**
 * The text in lines of at most `columns`, broken between words; a word that is wider than a line is broken anywhere.
 * @param columns from 1
 */
export function wrapToWidth(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (textWidth(line) > columns) {
      // A character that is wider than the line has to stand somewhere.
      const first = begin(line, columns) || (characters(line)[0]?.text ?? '');
      lines.push(first);
      line = line.slice(first.length);
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** @param side where the blanks go */
export function padToWidth(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - textWidth(text)));
  return side === 'right' ? `${text}${blanks}` : `${blanks}${text}`;
}

function begin(text: string, columns: number): string {
  let left = columns;
  let start = '';
  for (const { text: one, width } of characters(text)) {
    if (width > left) break;
    left -= width;
    start += one;
  }
  return start;
}

function characters(text: string): { readonly text: string; readonly width: number }[] {
  return [...CHARACTERS.segment(text)].map(({ segment }) => ({ text: segment, width: widthOf(segment) }));
}

function widthOf(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) || PICTURE.test(character) ? 2 : 1;
}
