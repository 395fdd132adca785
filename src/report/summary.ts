import type { Diagnosis, TaskType } from '../model/diagnosis';
import { hiddenRows } from '../model/hidden';
import { count, number } from '../base/numbers';
import type { Verdict } from '../model/verdict';
import { sampleOf } from '../model/estimate';
import { certaintyOf, certaintyText } from './certainty';
import { whyOf } from './why';
import { percentText, sumVerdicts, verdictMargins, verdictShares, type VerdictShare } from './verdictText';

/** Behind a number of rows: `31 % are lost`. */
export const VERDICT_PHRASES: Readonly<Record<Verdict, { readonly one: string; readonly many: string }>> = {
  waiting: { one: 'waits in a queue', many: 'wait in a queue' },
  held: { one: 'was taken by a worker and has not run', many: 'were taken by a worker and have not run' },
  running: { one: 'is running', many: 'are running' },
  finished: { one: 'ran and was not recorded', many: 'ran and were not recorded' },
  failed: { one: 'failed and was not recorded', many: 'failed and were not recorded' },
  lost: { one: 'is lost', many: 'are lost' },
  unknown: { one: 'cannot be told', many: 'cannot be told' },
};

/** What the summary is made of: any part of a Diagnosis that has its types. */
type Summed = Pick<Diagnosis, 'parameters'> & {
  readonly sources?: Diagnosis['sources'];
  readonly infrastructure?: Pick<Diagnosis['infrastructure'], 'workers'>;
  readonly taskTypes: readonly Pick<TaskType, 'count' | 'judged' | 'verdicts' | 'outcomes'>[];
};

/** The answer in a few words with numbers. */
export interface Answer {
  /** `148,708 tasks are stuck for 906 h (about 38 days) or more, in 245 task types` */
  readonly stuck: string;
  /** `49 % cannot be told, 31 % are lost and 18 % ran and were not recorded`; null where nothing was verified or nothing is stuck. */
  readonly verdicts: string | null;
  /** `Of all 148,708: 4 % proven, 47 % likely, 49 % cannot be told.`; null where that is not known. */
  readonly sure: string | null;
  /** What happened, `Why: 4,122 were never sent; …`; null where no cause is known. */
  readonly why: string | null;
  /** `Rows may be missing from every number: …`; null where the check saw every row. It stands beside the numbers, never below. */
  readonly hidden: string | null;
}

/** So many verdicts get a number of their own; nobody keeps more in mind. The rest is named together. */
const TOLD = 3;

/** What a tired person reads first. */
export function answerOf({ taskTypes, parameters, sources, infrastructure }: Summed): Answer {
  const stuck = taskTypes.reduce((sum, type) => sum + type.count, 0);
  const hours = askedHours(parameters.hours);
  const hidden = hiddenRows(sources);
  if (stuck === 0) {
    const nothing = nothingStuck(parameters.statuses, hours);
    const among = hidden === null ? nothing : `${nothing} among the rows that this check sees`;
    return { stuck: among, verdicts: null, sure: null, why: null, hidden };
  }
  const sums = sumVerdicts(taskTypes);
  const certainty = certaintyOf(taskTypes);
  const sure = [certainty && certaintyText(certainty), sampleText(taskTypes)].filter((text) => text !== null).join(' ');
  return {
    stuck: `${count(stuck, 'task')} ${stuck === 1 ? 'is' : 'are'} stuck for ${hours} or more, in ${count(taskTypes.length, 'task type')}`,
    verdicts: sums ? verdictSentence(verdictShares(sums, verdictMargins(taskTypes)), stuck) : null,
    sure: sure === '' ? null : sure,
    why: whyOf(taskTypes, sources, infrastructure?.workers),
    hidden,
  };
}

/** Null where all were judged. */
function sampleText(types: Summed['taskTypes']): string | null {
  const sample = sampleOf(types);
  if (!sample) return null;
  const drawn = `${number(sample.judged)} of ${number(sample.total)} tasks were judged, drawn at random`;
  return `These are estimates: ${drawn}; the truth is within ± with 95 % certainty.`;
}

/** `906 h (about 38 days)`: hours as they were asked for, and as days where people think in them. */
export function askedHours(hours: number): string {
  if (hours < 48) return `${number(hours)} h`;
  const days = Math.round(hours / 24);
  return `${number(hours)} h (${days * 24 === hours ? '' : 'about '}${number(days)} days)`;
}

function nothingStuck(statuses: readonly string[], hours: string): string {
  return `No task is ${statuses.join(' or ')} for ${hours} or more`;
}

function verdictSentence(shares: readonly VerdictShare[], stuck: number): string {
  if (stuck === 1) return `It ${phraseOf(shares[0]?.verdict ?? 'unknown').one}`;
  const [only] = shares;
  if (shares.length === 1 && only) return `All ${phraseOf(only.verdict).many}`;
  const told = shares.length <= TOLD + 1 ? shares : shares.slice(0, TOLD);
  const parts = told.map(({ percent, verdict }) => `${percent} ${phraseOf(verdict).many}`);
  const rest = shares.slice(told.length);
  if (rest.length === 0) return list(parts);
  const share = rest.reduce((sum, one) => sum + one.share, 0);
  const estimated = rest.some((one) => one.estimated);
  return `${parts.join(', ')}; the other ${estimated ? '≈ ' : ''}${percentText(share)} ${list(
    rest.map(({ verdict }) => phraseOf(verdict).many),
    'or',
  )}`;
}

function phraseOf(verdict: Verdict): { readonly one: string; readonly many: string } {
  return VERDICT_PHRASES[verdict];
}

/** `a, b and c` */
export function list(parts: readonly string[], joint: 'and' | 'or' = 'and'): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${joint} ${last}`;
}
