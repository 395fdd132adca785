import { escapeUnsafe } from '../base/unsafeText';
import type { Style, StyledLine } from '../report/terminal/line';

/** SGR parameters (ECMA-48) of the theme's colors: those of the terminal's own sixteen, so that they fit its background. */
const COLORS: Readonly<Record<string, string>> = {
  'charts.blue': '34',
  'charts.purple': '35',
  'charts.green': '32',
  'charts.red': '31',
  'charts.yellow': '33',
  descriptionForeground: '2',
};
const STRONG = '1';
const FAINT = '2';

/** The lines as a terminal takes them; each ends with a line break. @param colors false: the text alone */
export function ansiText(lines: readonly StyledLine[], colors: boolean): string {
  return lines.map((line) => `${ansiLine(line, colors)}\n`).join('');
}

function ansiLine(line: StyledLine, colors: boolean): string {
  const text = line
    .map(({ text, style }) => {
      const safe = escapeUnsafe(text);
      const codes = style && colors && safe.trim() !== '' ? codesOf(style) : '';
      return codes === '' ? safe : `\u001b[${codes}m${safe}\u001b[0m`;
    })
    .join('');
  return colors ? text : text.trimEnd();
}

function codesOf({ color, strong, faint }: Style): string {
  const own = color === undefined ? undefined : COLORS[color];
  // Bold and faint are one or the other.
  const weight = faint || own === FAINT ? FAINT : strong && STRONG;
  return [...new Set([weight, own])].filter((code) => code !== undefined).join(';');
}
