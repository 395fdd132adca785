import { ageText, roundAge } from '../base/age';
import { escapeUnsafe } from '../base/unsafeText';
import type { Diagnosis, TaskType, YoungerRows } from '../model/diagnosis';
import { hiddenRows } from '../model/hidden';
import { count, number } from '../base/numbers';
import type { Verdict } from '../model/verdict';
import { sampleOf } from '../model/estimate';
import { certaintyOf, certaintyText } from './certainty';
import { whyOf } from './why';
import { percentText, sumVerdicts, verdictMargins, verdictShares, type VerdictShare } from './verdictText';

/** Behind a share of the tasks: `31% lost`. `{marked}` is how their rows still stand. */
const VERDICT_PHRASES: Readonly<Record<Verdict, string>> = {
  waiting: 'queued',
  held: 'reserved by a worker, not started',
  running: 'running',
  finished: 'finished, but {marked}',
  failed: 'failed, but {marked}',
  lost: 'lost',
  unknown: 'undetermined',
};

/** The same where one word must do. */
const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  waiting: 'queued',
  held: 'held by a worker',
  running: 'running',
  finished: 'finished',
  failed: 'failed',
  lost: 'lost',
  unknown: 'undetermined',
};

/** What the summary is made of: any part of a Diagnosis that has its types. */
type Summed = Pick<Diagnosis, 'parameters'> &
  Partial<Pick<Diagnosis, 'sources' | 'younger' | 'generatedAt'>> & {
    readonly infrastructure?: Pick<Diagnosis['infrastructure'], 'workers'>;
    readonly taskTypes: readonly Pick<TaskType, 'count' | 'judged' | 'verdicts' | 'outcomes'>[];
  };

/** The answer in a few words with numbers. No part has a full stop unless it says so. */
export interface Answer {
  /** `148,708 tasks have been stuck for more than 37 days (245 task types)`, `No QUEUED task is older than 906 h (37 days)` */
  readonly stuck: string;
  /** `49% undetermined; 31% lost; 18% finished, but still marked QUEUED`; null where nothing was verified or nothing is stuck. */
  readonly verdicts: string | null;
  /** `Confidence: 4% proven, 47% likely, 49% undetermined.`, with its full stop; null where that is not known. */
  readonly sure: string | null;
  /** What happened, `Why: 4,122 were never sent; …`; null where no cause is known. */
  readonly why: string | null;
  /** `Rows may be missing from every number: …`; null where the check saw every row. It stands beside the numbers, never below. */
  readonly hidden: string | null;
  /**
   * `148,708 younger QUEUED tasks exist (oldest 37 d 18 h)`: tasks that are not old enough to count. Null where there are none, and where
   * they were not counted.
   */
  readonly younger: string | null;
}

/** So many verdicts get a number of their own; nobody keeps more in mind. The rest is named together. */
const TOLD = 3;

/** What a tired person reads first. */
export function answerOf({ taskTypes, parameters, sources, infrastructure, younger, generatedAt }: Summed): Answer {
  const stuck = taskTypes.reduce((sum, type) => sum + type.count, 0);
  const hidden = hiddenRows(sources);
  const young = youngerText(younger ?? [], generatedAt);
  if (stuck === 0) {
    const nothing = nothingStuck(parameters);
    const among = hidden === null ? nothing : `${nothing} among the rows that this check sees`;
    return { stuck: among, verdicts: null, sure: null, why: null, hidden, younger: young };
  }
  const sums = sumVerdicts(taskTypes);
  const certainty = certaintyOf(taskTypes);
  const sure = [certainty && certaintyText(certainty), sampleText(taskTypes)].filter((text) => text !== null).join(' ');
  return {
    stuck: `${stuckText(stuck, parameters.hours)} (${count(taskTypes.length, 'task type')})`,
    verdicts: sums ? verdictSentence(verdictShares(sums, verdictMargins(taskTypes)), stuck, parameters.statuses) : null,
    sure: sure === '' ? null : sure,
    why: whyOf(taskTypes, sources, infrastructure?.workers),
    hidden,
    younger: young,
  };
}

/** Tasks in the chosen statuses that are not old enough to count, and the time of the oldest. Null where there are none. */
export function youngerSum(
  younger: readonly YoungerRows[] = [],
): { readonly count: number; readonly oldestLastRun: string; readonly statuses: readonly string[] } | null {
  if (younger.length === 0) return null;
  return {
    count: younger.reduce((sum, each) => sum + each.count, 0),
    oldestLastRun: younger
      .map(({ oldestLastRun }) => oldestLastRun)
      .reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b)),
    statuses: younger.map(({ status }) => status),
  };
}

function youngerText(younger: readonly YoungerRows[], now: string | undefined): string | null {
  const sum = youngerSum(younger);
  if (!sum) return null;
  const age = now === undefined ? '' : ` (oldest ${ageText((Date.parse(now) - Date.parse(sum.oldestLastRun)) / 1000)})`;
  const statuses = list(sum.statuses.map(escapeUnsafe), 'or');
  return `${number(sum.count)} younger ${statuses} ${sum.count === 1 ? 'task exists' : 'tasks exist'}${age}`;
}

/** Null where all were judged. */
function sampleText(types: Summed['taskTypes']): string | null {
  const sample = sampleOf(types);
  if (!sample) return null;
  const drawn = `${number(sample.judged)} of ${number(sample.total)} tasks, chosen at random, were judged`;
  return `These numbers are estimates: ${drawn}; ± holds with 95% certainty.`;
}

/** Of tasks that may be of any age, nothing is said of it. */
function stuckText(stuck: number, hours: number): string {
  const one = stuck === 1;
  if (hours <= 0) return `${count(stuck, 'task')} ${one ? 'is' : 'are'} stuck`;
  return `${count(stuck, 'task')} ${one ? 'has' : 'have'} been stuck for more than ${stuckFor(hours)}`;
}

/** `37 days`, `1 hour`, `12 minutes`: an age that people think in, rounded down. */
function stuckFor(hours: number): string {
  return roundAge(hours * 3600);
}

/** `906 h (37 days)`: hours as they were asked for, and as days where people think in them. */
export function askedHours(hours: number): string {
  return hours < 48 ? `${number(hours)} h` : `${number(hours)} h (${stuckFor(hours)})`;
}

function nothingStuck({ statuses, hours }: Diagnosis['parameters']): string {
  const task = `${list(statuses.map(escapeUnsafe), 'or')} task`;
  return hours <= 0 ? `There is no ${task}` : `No ${task} is older than ${askedHours(hours)}`;
}

function verdictSentence(shares: readonly VerdictShare[], stuck: number, statuses: readonly string[]): string {
  const phrase = (verdict: Verdict): string => VERDICT_PHRASES[verdict].replace('{marked}', markedAs(statuses));
  const [only] = shares;
  if (stuck === 1) return `It is ${phrase(only?.verdict ?? 'unknown')}`;
  if (shares.length === 1) return `All are ${phrase(only?.verdict ?? 'unknown')}`;
  const told = shares.length <= TOLD + 1 ? shares : shares.slice(0, TOLD);
  const parts = told.map(({ percent, verdict }) => `${percent} ${phrase(verdict)}`);
  const rest = shares.slice(told.length);
  if (rest.length === 0) return listOfPhrases(parts);
  const share = rest.reduce((sum, one) => sum + one.share, 0);
  const estimated = rest.some((one) => one.estimated);
  const words = list(
    rest.map(({ verdict }) => VERDICT_WORDS[verdict]),
    'or',
  );
  return `${parts.join('; ')}; the remaining ${estimated ? '≈ ' : ''}${percentText(share)} are ${words}`;
}

function markedAs(statuses: readonly string[]): string {
  const [only] = statuses;
  return statuses.length === 1 && only !== undefined ? `still marked ${escapeUnsafe(only)}` : 'not marked so';
}

/** Phrases with a comma of their own are parted by semicolons. */
function listOfPhrases(parts: readonly string[]): string {
  return parts.some((part) => part.includes(',')) ? parts.join('; ') : list(parts);
}

/** `a, b and c` */
export function list(parts: readonly string[], joint: 'and' | 'or' = 'and'): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${joint} ${last}`;
}
