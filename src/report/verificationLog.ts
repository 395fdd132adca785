import { count } from '../base/numbers';
import { taskTypeName, type RowDetails, type TaskType } from '../model/diagnosis';
import { boundsSentence } from './boundsText';
import { oneLine } from './format';
import { untestedMark } from './ruleTests';
import { outcomeText, readingTexts, verdictMargins, verdictShares } from './verdictText';

/** A missing result record proves nothing; one that was not looked for proves even less. */
const NO_RECORD = 'no record';
const NOT_READ = 'not read';

/** What the result backend has of a row: Celery's state, or that there is none. */
export function celeryStateText({ celeryState }: RowDetails): string {
  if (celeryState === undefined) return NOT_READ;
  return celeryState === null ? NO_RECORD : oneLine(celeryState);
}

/**
 * `Verdicts: 45,952 lost (69%), 20,645 unknown (31%)`, with its margins where it is an estimate, or nothing where the type was not verified.
 */
export function verdictsLine(type: TaskType): string[] {
  const { verdicts, judged } = type;
  if (verdicts === undefined) return [];
  const shares = verdictShares(verdicts, verdictMargins([type])).map(
    ({ verdict, rows, percent }) => `${rows} ${verdict} (${percent})`,
  );
  const estimated = judged === undefined ? '' : `; estimated from ${count(judged, 'task')} chosen at random`;
  return [`Verdicts: ${shares.join(', ')}${estimated}`];
}

/** `Messages: Of these 1,204 tasks at most 37 are waiting…`, or nothing where the broker bounds nothing. */
export function boundsLine(type: TaskType): string[] {
  const sentence = boundsSentence(type);
  return sentence === null ? [] : [`Messages: ${sentence}`];
}

/** What was verified of one sample: evidence indented below its title, then the verdict and the readings that are left. */
export function verificationLines(sample: RowDetails, type: TaskType): string[] {
  const { verification } = sample;
  if (verification === undefined) return [];
  return [
    `Celery State: ${celeryStateText(sample)}`,
    `Verifying execution for ${oneLine(taskTypeName(type))}:`,
    ...verification.evidence.map((one) => `  ${one.source}: ${oneLine(one.says)}${untestedMark(one)}`),
    `Verdict: ${outcomeText(verification)}`,
    ...readingTexts(verification).map(({ head, why, decidedBy }) => `  ${head}: ${why}; ${decidedBy}`),
  ];
}
