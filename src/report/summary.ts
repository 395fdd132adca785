import { count, number } from '../diagnosis/numbers';
import type { Diagnosis, TaskType } from '../diagnosis/model';
import type { Verdict } from '../diagnosis/verification';
import { sumVerdicts, verdictShares } from './verdictText';

/** Behind a number of rows: `31 % are lost`. */
export const VERDICT_PHRASES: Readonly<Record<Verdict, { readonly one: string; readonly many: string }>> = {
  waiting: { one: 'waits in a queue', many: 'wait in a queue' },
  held: { one: 'is held by a worker', many: 'are held by a worker' },
  running: { one: 'is running', many: 'are running' },
  finished: { one: 'ran and was not recorded', many: 'ran and were not recorded' },
  failed: { one: 'failed and was not recorded', many: 'failed and were not recorded' },
  lost: { one: 'is lost', many: 'are lost' },
  unknown: { one: 'cannot be told', many: 'cannot be told' },
};

/** What the summary is made of: any part of a Diagnosis that has its types. */
type Summed = Pick<Diagnosis, 'parameters'> & {
  readonly taskTypes: readonly Pick<TaskType, 'count' | 'verdicts'>[];
};

/** The answer in one sentence with numbers. */
export interface Answer {
  /** `148,708 tasks are stuck for 906 h or more, in 245 task types` */
  readonly stuck: string;
  /** `49 % cannot be told, 31 % are lost and 18 % ran and were not recorded`; null where nothing was verified or nothing is stuck. */
  readonly verdicts: string | null;
}

/** What a tired person reads first. */
export function answerOf({ taskTypes, parameters }: Summed): Answer {
  const stuck = taskTypes.reduce((sum, type) => sum + type.count, 0);
  const hours = number(parameters.hours);
  if (stuck === 0)
    return { stuck: `No task is ${parameters.statuses.join(' or ')} for ${hours} h or more`, verdicts: null };
  const sums = sumVerdicts(taskTypes);
  return {
    stuck: `${count(stuck, 'task')} ${stuck === 1 ? 'is' : 'are'} stuck for ${hours} h or more, in ${count(taskTypes.length, 'task type')}`,
    verdicts: sums
      ? list(verdictShares(sums).map((share) => `${share.percent} ${phrase(share.verdict, stuck)}`))
      : null,
  };
}

function phrase(verdict: Verdict, rows: number): string {
  return VERDICT_PHRASES[verdict][rows === 1 ? 'one' : 'many'];
}

/** `a, b and c` */
export function list(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
