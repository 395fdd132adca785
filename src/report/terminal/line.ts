import { escapeUnsafe } from '../../base/unsafeText';
import { textWidth, wrapToWidth } from '../../base/textWidth';

/** How a part of a line looks. The words say everything that a style does. */
export interface Style {
  /** A color of the editor's theme, as in verdictLooks.ts. */
  readonly color?: string;
  readonly strong?: true;
  readonly faint?: true;
}

/** Text without control characters, in one style. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type StyledLine = readonly Span[];

export const STRONG: Style = { strong: true };
export const FAINT: Style = { faint: true };
export const ALARM: Style = { color: 'charts.red', strong: true };
export const WARNING: Style = { color: 'charts.yellow' };

/** Any text as a part of a line: nothing in it can steer the terminal. */
export function span(text: string, style?: Style): Span {
  return style ? { text: escapeUnsafe(text), style } : { text: escapeUnsafe(text) };
}

/** A paragraph. @param indent blanks before every line but the first */
export function paragraph(text: string, columns: number, style?: Style, indent = 0): StyledLine[] {
  const safe = escapeUnsafe(text);
  if (indent === 0) return wrapToWidth(safe, columns).map((line) => [span(line, style)]);
  const [first = '', ...rest] = wrapToWidth(safe, columns);
  const more = wrapToWidth(rest.join(' '), columns - indent);
  return [first, ...more.map((line) => `${' '.repeat(indent)}${line}`)].map((line) => [span(line, style)]);
}

/** The lines, or as many as may be; the last one then ends with `…`. */
export function atMost(lines: readonly StyledLine[], most: number, columns: number): StyledLine[] {
  const kept = lines.slice(0, most);
  const last = kept.at(-1);
  if (lines.length <= most || !last) return [...kept];
  const text = wrapToWidth(lineText(last), columns - 1)[0] ?? '';
  return [...kept.slice(0, -1), [span(`${text}…`, last[0]?.style)]];
}

export function lineText(line: StyledLine): string {
  return line.map(({ text }) => text).join('');
}

export function lineWidth(line: StyledLine): number {
  return textWidth(lineText(line));
}
