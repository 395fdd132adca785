import { ageOfHours } from '../../base/age';
import { count, number } from '../../base/numbers';
import { cutStartToWidth, padToWidth, textWidth } from '../../base/textWidth';
import { escapeUnsafe } from '../../base/unsafeText';
import { taskTypeName, type TaskType } from '../../model/diagnosis';
import type { Cause, Verdict } from '../../model/verdict';
import { anyBounds, messagesAtMost } from '../boundsText';
import { VERDICT_LOOKS } from '../verdictLooks';
import { verdictMargins, verdictShares } from '../verdictText';
import { FAINT, span, STRONG, type Span, type StyledLine } from './line';

const GAP = '  ';
const SHORTEST_NAME = 18;

interface Column {
  readonly title: string;
  readonly texts: readonly string[];
  /** Numbers end below each other; the last column is text. */
  readonly numbers: boolean;
  readonly style?: (row: number) => Span['style'];
}

/**
 * The types with most stuck tasks: name, number, how long the oldest has been stuck, how many may have a message at most, and its first
 * verdict with its cause. Where they do not fit, the age goes first and then the cause; a long name loses its beginning.
 * @param most lines, with the title and a line for the rest
 */
export function typeTable(types: readonly TaskType[], columns: number, most: number): StyledLine[] {
  if (types.length === 0 || most < 2) return [];
  const room = most - 1;
  const shown = types.slice(0, types.length <= room ? room : room - 1);
  const names = shown.map((type) => escapeUnsafe(taskTypeName(type)));
  const { columns: others, width } = fitting(shown, names, columns);
  const line = (cells: readonly Span[]): StyledLine =>
    cells.flatMap((cell, place) => (place === 0 ? [cell] : [span(GAP), cell]));
  const title = `Task types (${number(types.length)})`;
  const head = line([
    span(padToWidth(cutStartToWidth(title, width), width), STRONG),
    ...others.map((column) => span(padded(column, column.title), FAINT)),
  ]);
  const rows = names.map((name, row) =>
    line([
      span(padToWidth(cutStartToWidth(name, width), width)),
      ...others.map((column) => span(padded(column, column.texts[row] ?? ''), column.style?.(row))),
    ]),
  );
  return [head, ...rows, ...rest(types.slice(shown.length))];
}

function rest(types: readonly TaskType[]): StyledLine[] {
  if (types.length === 0) return [];
  const stuck = types.reduce((sum, type) => sum + type.count, 0);
  return [[span(`${count(types.length, 'more type')} with ${count(stuck, 'task')}`, FAINT)]];
}

function fitting(
  shown: readonly TaskType[],
  names: readonly string[],
  columns: number,
): { readonly columns: readonly Column[]; readonly width: number } {
  const tasks: Column = { title: 'Tasks', texts: shown.map((type) => number(type.count)), numbers: true };
  const oldest: Column = {
    title: 'Oldest',
    texts: shown.map(({ maxHoursStuck }) => ageOfHours(maxHoursStuck)),
    numbers: true,
  };
  const messages: Column[] = anyBounds(shown)
    ? [{ title: 'Messages', texts: shown.map(atMostText), numbers: true }]
    : [];
  const firsts = shown.map(firstVerdict);
  const mostly = (withCause: boolean): Column[] =>
    firsts.some((first) => first)
      ? [
          {
            title: 'Mostly',
            texts: firsts.map((first) => (first ? `${first.share}${withCause ? first.cause : ''}` : '')),
            numbers: false,
            style: (row) => firsts[row] && { color: VERDICT_LOOKS[firsts[row].verdict].color },
          },
        ]
      : [];
  const whole = Math.max(SHORTEST_NAME, ...names.map(textWidth));
  const choices = [
    [tasks, oldest, ...messages, ...mostly(true)],
    [tasks, ...messages, ...mostly(true)],
    [tasks, ...messages, ...mostly(false)],
  ];
  const wanted = [Math.min(whole, 40), Math.min(whole, 30), 0];
  const fits = choices.findIndex((choice, place) => nameWidth(choice, columns) >= (wanted[place] ?? 0));
  const chosen = choices[fits] ?? [tasks];
  return { columns: chosen, width: Math.max(1, Math.min(whole, nameWidth(chosen, columns))) };
}

/** `≤ 41`: the bound of a type. Nothing where each of its tasks may have a message. */
function atMostText(type: TaskType): string {
  const most = messagesAtMost(type);
  if (most === null || most >= type.count) return '';
  return most === 0 ? 'none' : `≤ ${number(most)}`;
}

function nameWidth(others: readonly Column[], columns: number): number {
  return columns - others.reduce((sum, column) => sum + widthOf(column) + GAP.length, 0);
}

function padded(column: Column, text: string): string {
  return column.numbers ? padToWidth(text, widthOf(column), 'left') : text;
}

function widthOf({ title, texts }: Column): number {
  return Math.max(...[title, ...texts].map(textWidth));
}

/** `62% lost`, and ` (broker-wiped)` where at least half of those have that cause. */
function firstVerdict(
  type: TaskType,
): { readonly verdict: Verdict; readonly share: string; readonly cause: string } | undefined {
  const [first] = verdictShares(type.verdicts ?? {}, verdictMargins([type]));
  if (!first) return undefined;
  const { verdict, percent } = first;
  const cause = verdict === 'unknown' ? undefined : mainCause(type, verdict, first.count);
  return { verdict, share: `${percent} ${verdict}`, cause: cause === undefined ? '' : ` (${cause})` };
}

function mainCause({ outcomes = [] }: TaskType, verdict: Verdict, all: number): Cause | undefined {
  const sums = new Map<Cause, number>();
  for (const outcome of outcomes)
    if (outcome.verdict === verdict && outcome.cause !== undefined)
      sums.set(outcome.cause, (sums.get(outcome.cause) ?? 0) + outcome.count);
  const [main] = [...sums].sort(([, a], [, b]) => b - a);
  return main && main[1] * 2 >= all ? main[0] : undefined;
}
