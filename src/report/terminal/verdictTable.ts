import { padToWidth, textWidth } from '../../base/textWidth';
import type { Diagnosis } from '../../model/diagnosis';
import { VERDICT_LOOKS } from '../verdictLooks';
import { sumVerdicts, VERDICT_MEANINGS, verdictMargins, verdictShares, type VerdictShare } from '../verdictText';
import { FAINT, span, type Span, type StyledLine } from './line';

const GAP = '  ';
const FULL = '█';
const HALF = '▌';
const SHORTEST_BAR = 8;
const LONGEST_BAR = 30;

/**
 * The verdicts, a line each: how many tasks, their share, a bar, and what the verdict means where there is room. Each bar begins where the
 * one above it ends, so that together they are the whole. Empty where nothing was verified.
 */
export function verdictTable({ taskTypes }: Pick<Diagnosis, 'taskTypes'>, columns: number): StyledLine[] {
  const sums = sumVerdicts(taskTypes);
  const shares = sums ? verdictShares(sums, verdictMargins(taskTypes)) : [];
  if (shares.length === 0) return [];
  const widths = {
    verdict: widest(shares.map(({ verdict }) => verdict)),
    rows: widest(['Tasks', ...shares.map(({ rows }) => rows)]),
    percent: widest(shares.map(({ percent }) => percent)),
  };
  const meanings = shares.map(({ verdict }) => VERDICT_MEANINGS[verdict]);
  const left = columns - widths.verdict - widths.rows - widths.percent - 2 * GAP.length;
  const forBar = left - widest(meanings) - 2 * GAP.length;
  const meant = left - widest(meanings) - GAP.length >= 0;
  const bar = Math.min(LONGEST_BAR, meant ? forBar : left - GAP.length);
  const bars = bar < SHORTEST_BAR ? [] : waterfall(shares, bar);
  return shares.map(({ verdict, rows, percent }, index) => {
    const style = { color: VERDICT_LOOKS[verdict].color, strong: true as const };
    const parts: Span[] = [
      span(padToWidth(verdict, widths.verdict), style),
      span(padToWidth(rows, widths.rows, 'left')),
      span(padToWidth(percent, widths.percent, 'left')),
    ];
    const drawn = bars[index];
    if (drawn !== undefined) parts.push(span(meant ? padToWidth(drawn, bar) : drawn, { color: style.color }));
    if (meant) parts.push(span(meanings[index] ?? '', FAINT));
    return parts.flatMap((part, place) => (place === 0 ? [part] : [span(GAP), part]));
  });
}

/** Bars of half columns, of which each has something to see. */
function waterfall(shares: readonly VerdictShare[], columns: number): string[] {
  let before = 0;
  return shares.map(({ share }) => {
    const from = Math.min(Math.round(before * columns * 2), columns * 2 - 1);
    before += share;
    const to = Math.max(Math.round(before * columns * 2), from + 1);
    const blanks = Math.floor(from / 2);
    const halves = Math.max(1, to - blanks * 2 - (from % 2));
    return `${' '.repeat(blanks)}${FULL.repeat(Math.floor(halves / 2))}${halves % 2 === 1 ? HALF : ''}`;
  });
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(textWidth));
}
