import type { Diagnosis, Timeline } from '../../../src/model/diagnosis';
import { factsOf, isAmong, rowsBy, rowsOf, type Fact } from './truth';
import type { Readings } from './readings';

/** Filters as the page has them, for counting anew. */
export interface Wanted {
  readonly text?: string | undefined;
  readonly verdict?: string | undefined;
  readonly cause?: string | undefined;
  readonly range?: readonly [from: number, to: number] | undefined;
  readonly recommendation?: string | undefined;
}

const CERTAINTIES = ['proven', 'likely', 'possible'];

const number = (value: number): string => new Intl.NumberFormat('en-US').format(value);
const counted = (value: number, one: string): string => `${number(value)} ${one}${value === 1 ? '' : 's'}`;

/** `37 d 18 h`: two units, rounded down. */
function age(hours: number): string {
  const [days, rest] = [Math.floor(hours / 24), Math.floor(hours % 24)];
  return [days > 0 ? `${number(days)} d` : '', rest > 0 ? `${String(rest)} h` : ''].filter(Boolean).join(' ');
}

export function percent(part: number, whole: number): string {
  if (part === 0) return '0%';
  const rounded = Math.round((part / whole) * 100);
  if (rounded === 0) return '<1%';
  return rounded === 100 && part < whole ? '>99%' : `${String(rounded)}%`;
}

/** Whether a row is left by the filters; `except` leaves one of them out, as a picture does with its own. */
function left(diagnosis: Diagnosis, wanted: Wanted, except?: keyof Wanted): (fact: Fact) => boolean {
  const others: Wanted = except ? { ...wanted, [except]: undefined } : wanted;
  const { text, verdict, cause, range, recommendation } = others;
  const about = diagnosis.recommendations.find(({ id }) => id === recommendation)?.about;
  return (fact) =>
    (text === undefined || text.split(' ').every((word) => fact.name.toLowerCase().includes(word.toLowerCase()))) &&
    (verdict === undefined || fact.verdict === verdict) &&
    (cause === undefined || fact.cause === cause) &&
    (range === undefined || (fact.bin >= range[0] && fact.bin <= range[1])) &&
    (about === undefined || isAmong(about, fact));
}

/** What the page must show of a Diagnosis, but for the answer's words. */
export function expectedOf(diagnosis: Diagnosis, wanted: Wanted): Omit<Readings, 'answer' | 'sureSentence'> {
  const facts = factsOf(diagnosis);
  const order = verdictsBySize(facts);
  return {
    ...verdictLines(diagnosis, facts, order, wanted),
    times: diagnosis.timeline ? timeLines(diagnosis, diagnosis.timeline, facts, order, wanted) : [],
    ...typeLines(diagnosis, facts, wanted),
    recommendations: diagnosis.recommendations.map(({ id, rows }) => {
      const share = percent(Math.min(rows ?? 0, rowsOf(facts)), rowsOf(facts));
      return [id, rows === undefined || rows === 0 ? '' : `${counted(rows, 'task')}, ${share}`];
    }),
    otherStatuses: diagnosis.otherStatuses.map(({ status, count, maxHoursStuck }) => [
      status,
      number(count),
      age(maxHoursStuck),
    ]),
  };
}

/** Most rows first, whatever the filters are. */
function verdictsBySize(facts: readonly Fact[]): string[] {
  const fixed = ['waiting', 'held', 'running', 'finished', 'failed', 'lost', 'unknown'];
  const sums = rowsBy(facts, ({ verdict }) => verdict);
  return fixed.filter((verdict) => sums.has(verdict)).sort((a, b) => sums.get(b)! - sums.get(a)!);
}

function verdictLines(
  diagnosis: Diagnosis,
  facts: readonly Fact[],
  order: readonly string[],
  wanted: Wanted,
): Pick<Readings, 'verdicts' | 'within'> {
  if (order.length === 0) return { verdicts: [], within: '' };
  const within = facts.filter(left(diagnosis, wanted, 'verdict'));
  const total = rowsOf(within);
  const verdicts = order.map((verdict) => {
    const rows = rowsOf(within, (fact) => fact.verdict === verdict);
    const sure = rowsBy(
      within,
      ({ confidence }) => confidence,
      (fact) => fact.verdict === verdict,
    );
    const words = CERTAINTIES.filter((word) => sure.has(word));
    const told =
      verdict === 'unknown' || words.length === 0
        ? ''
        : words.length === 1
          ? `all ${words[0]!}`
          : words.map((word) => `${number(sure.get(word)!)} ${word}`).join(' · ');
    return [verdict, told, number(rows), percent(rows, total)];
  });
  return { verdicts, within: total < rowsOf(facts) ? `${counted(total, 'task')} within the other filters` : '' };
}

function timeLines(
  diagnosis: Diagnosis,
  timeline: Timeline,
  facts: readonly Fact[],
  order: readonly string[],
  wanted: Wanted,
): string[][] {
  const within = facts.filter(left(diagnosis, wanted, 'range'));
  const verdicts = order.filter((verdict) => within.some((fact) => fact.verdict === verdict && fact.rows > 0));
  const line = (rows: readonly Fact[], name: string): string[] => [
    name,
    number(rowsOf(rows)),
    ...verdicts.map((verdict) => number(rowsOf(rows, (fact) => fact.verdict === verdict))),
  ];
  const bins = [...rowsBy(within, ({ bin }) => bin).keys()].sort((a, b) => a - b);
  return [
    ['Last run', 'Tasks', ...verdicts],
    ...bins.map((bin) =>
      line(
        within.filter((fact) => fact.bin === bin),
        whenOf(diagnosis, timeline, bin),
      ),
    ),
    line(within, 'All'),
  ];
}

/** When a bin is, in UTC. */
function whenOf({ taskTypes, parameters }: Diagnosis, { start, binSeconds }: Timeline, bin: number): string {
  const begin = Date.parse(start);
  // Nobody asked about the time after the cutoff, so the bin that holds it ends there.
  const cutoff = Date.parse(parameters.olderThan);
  const time = (at: number): string => new Date(begin + at * binSeconds * 1000).toISOString();
  const day = (at: number): string => time(at).slice(0, 10);
  const clock = (at: number): string => time(at).slice(11, 16);
  const whole = binSeconds % 86_400 === 0;
  const end = whole ? day(bin + 1) : `${day(bin + 1)} ${clock(bin + 1)}`;
  if (bin === 0 && taskTypes.some(({ oldestLastRun }) => Date.parse(oldestLastRun) < begin)) return `before ${end} UTC`;
  if (whole) {
    const last = new Date(begin + (bin + 1) * binSeconds * 1000 - 1).toISOString().slice(0, 10);
    return day(bin) === last ? `${last} UTC` : `${day(bin)} to ${last} UTC`;
  }
  const last = Math.min(begin + (bin + 1) * binSeconds * 1000, Math.max(cutoff, begin + bin * binSeconds * 1000 + 1));
  const lastDay = new Date(last).toISOString().slice(0, 10);
  const lastClock = new Date(last).toISOString().slice(11, 19).replace(/:00$/, '');
  return `${day(bin)} ${clock(bin)} to ${day(bin) === lastDay ? lastClock : `${lastDay} ${lastClock}`} UTC`;
}

function typeLines(diagnosis: Diagnosis, facts: readonly Fact[], wanted: Wanted): Pick<Readings, 'sentence' | 'types'> {
  const within = facts.filter(left(diagnosis, wanted));
  const types = bySize(within);
  const verified = diagnosis.taskTypes.some(({ verdicts }) => verdicts !== undefined);
  const filtered = Object.values(wanted).some((each) => each !== undefined);
  const all = counted(diagnosis.taskTypes.length, 'task type');
  const rowsOfAll = counted(rowsOf(facts), 'task');
  const part = rowsOf(within) < rowsOf(facts) || types.length < diagnosis.taskTypes.length;
  return {
    sentence: part
      ? `${number(types.length)} of ${all}, ${number(rowsOf(within))} of ${rowsOfAll}`
      : `${all}, ${rowsOfAll}`,
    types: types.map(([index, rows]) => {
      const { count, maxHoursStuck } = diagnosis.taskTypes[index]!;
      const own = within.filter((fact) => fact.type === index);
      return [
        String(index),
        filtered && rows < count ? `${number(rows)} of ${number(count)}` : number(rows),
        age(maxHoursStuck),
        ...(verified ? [sharesText(own, rows), causeText(own, rows)] : []),
      ];
    }),
  };
}

function sharesText(own: readonly Fact[], rows: number): string {
  const shares = sharesOf(
    rowsBy(
      own,
      ({ verdict }) => verdict,
      ({ verdict }) => verdict !== '',
    ),
  );
  const named = shares.slice(0, 2).map(([verdict, each]) => `${verdict} ${percent(each, rows)}`);
  return [...named, ...(shares.length > 2 ? [`and ${String(shares.length - 2)} more`] : [])].join(' ');
}

/** The first of the causes that most rows have; where several have as many, the one with the biggest group of rows judged alike. */
function causeText(own: readonly Fact[], rows: number): string {
  const sums = rowsBy(
    own,
    ({ cause }) => cause,
    ({ cause }) => cause !== 'none',
  );
  const most = Math.max(...sums.values());
  const names = [...sums].filter(([, each]) => each === most).map(([cause]) => cause);
  const none = rows - [...sums.values()].reduce((sum, each) => sum + each, 0);
  const unnamed = none > most ? `no known cause ${percent(none, rows)} ` : '';
  return sums.size === 0 ? '– no known cause' : `${unnamed}${names.join('|')} ${percent(most, rows)}`;
}

function bySize(facts: readonly Fact[]): [type: number, rows: number][] {
  return [...rowsBy(facts, ({ type }) => type)].sort(([a, rowsA], [b, rowsB]) => rowsB - rowsA || a - b);
}

function sharesOf(sums: ReadonlyMap<string, number>): [string, number][] {
  const fixed = ['waiting', 'held', 'running', 'finished', 'failed', 'lost', 'unknown'];
  return [...sums].sort(([a, rowsA], [b, rowsB]) => rowsB - rowsA || fixed.indexOf(a) - fixed.indexOf(b));
}
