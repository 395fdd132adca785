/** The matrix of truth against verdict, and every fault with its evidence. */
import { VERDICTS } from '../../src/model/verdict';
import { isFault, kindOf, type Compared } from './compare';

export function matrix(all: readonly Compared[]): string {
  const said = (one: Compared): string => {
    const { verdict = 'missing', confidence = '' } = one.sample.verification ?? {};
    return verdict === 'unknown' || confidence === '' ? verdict : `${verdict} ${confidence}`;
  };
  const columns = [...new Set(all.map(said))].sort(byVerdict);
  const rows = VERDICTS.map((verdict) => all.filter(({ truth }) => truth.verdict === verdict)).filter(
    (list) => list.length > 0,
  );
  const count = (list: readonly Compared[], column: string): string => {
    const found = list.filter((one) => said(one) === column);
    const faults = found.filter(isFault).length;
    if (found.length === 0) return '';
    return `${String(found.length)}${faults === 0 ? '' : ` (${String(faults)}!)`}`;
  };
  const cells = [
    ['truth \\ verdict', ...columns, 'all'],
    ...rows.map((list) => [
      list[0]!.truth.verdict,
      ...columns.map((column) => count(list, column)),
      String(list.length),
    ]),
  ];
  const widths = cells[0]!.map((_, index) => Math.max(...cells.map((row) => row[index]!.length)));
  return cells.map((row) => row.map((cell, index) => cell.padEnd(widths[index]!)).join(' | ')).join('\n');
}

function byVerdict(a: string, b: string): number {
  const rank = (text: string): number => VERDICTS.findIndex((verdict) => text.startsWith(verdict));
  return rank(a) - rank(b) || a.localeCompare(b);
}

/** @returns one line for all, and one for each world and way of checking */
export function shares(all: readonly Compared[]): string[] {
  const line = (name: string, list: readonly Compared[]): string => {
    const of = (how: Compared['how']): number => list.filter((one) => one.how === how).length;
    const open = list.filter((one) => one.sample.verification?.verdict === 'unknown').length;
    const percent = ((100 * open) / Math.max(1, list.length)).toFixed(1);
    return `${name}: ${String(list.length)} verdicts, ${String(of('wrong'))} wrong, ${String(of('without the truth'))} unknown without the truth, ${String(of('missing'))} missing, ${percent}% undetermined`;
  };
  const places = [...new Set(all.map(({ where }) => where))];
  return [
    ...places.map((place) =>
      line(
        place,
        all.filter(({ where }) => where === place),
      ),
    ),
    line('All', all),
  ];
}

/** What is true of rows that look as if a retry had succeeded: the library leaves such a row as it was when the retry's body began. */
export function retriedRows(all: readonly Compared[]): string[] {
  const rows = new Map<string, Compared>();
  for (const one of all) {
    const { status, attempts, status_message: message } = one.truth.row;
    const over = ['finished', 'failed', 'lost'].includes(one.truth.verdict);
    if (status !== 'PENDING' || Number(attempts) < 2 || message !== '' || !over) continue;
    rows.set(`${one.where.split(',')[0]!} ${String(one.truth.id)}`, one);
  }
  const counts = new Map<string, number>();
  for (const { truth } of rows.values()) {
    const what = `${truth.verdict} (${truth.because}), ${truth.task}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [
    `PENDING, attempts >= 2, empty status message, nothing under way: ${String(rows.size)} rows`,
    ...[...counts].sort(([, a], [, b]) => b - a).map(([what, count]) => `    ${String(count)} ${what}`),
  ];
}

/** Kinds of faults, the most frequent first, each with how often, where, and one row. */
export function faultKinds(all: readonly Compared[]): string[] {
  const kinds = new Map<string, Compared[]>();
  for (const one of all.filter(isFault)) kinds.set(kindOf(one), [...(kinds.get(kindOf(one)) ?? []), one]);
  return [...kinds]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, list]) => {
      const rows = new Set(list.map(({ where, truth }) => `${where.split(',')[0]!} ${String(truth.id)}`));
      const places = [...new Set(list.map(({ where }) => where))];
      return [
        `${String(list.length)} x (${String(rows.size)} rows) ${kind}`,
        ...places.map((place) => `    in ${place}: ${String(list.filter(({ where }) => where === place).length)}`),
        ...inFull(list[0]!).map((line) => `    ${line}`),
      ].join('\n');
    });
}

/** Everything of one row. */
export function inFull({ where, truth, sample }: Compared): string[] {
  const { verification } = sample;
  return [
    `row ${String(truth.id)} of ${truth.task} (${where}): ${JSON.stringify(truth.row)}`,
    ...truth.story.map((run) => `  it really did: ${run}`),
    ...(verification?.evidence ?? []).map((each) => `  evidence, ${each.source}: ${each.says}`),
    ...(verification?.readings ?? []).map((each) => `  reading: ${each.verdict}/${each.cause ?? '-'}: ${each.why}`),
  ];
}
