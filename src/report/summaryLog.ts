/** What the text log says first: the answer, the health of broker and workers, and the first step. */
import { count } from '../base/numbers';
import type { Diagnosis } from '../model/diagnosis';
import { hiddenRows } from '../model/hidden';
import { oneLine } from './format';
import { healthLine, healthOf } from './health';
import { firstStepOf, PHASE_TITLES, stepText } from './plan';
import { answerOf, youngerSum } from './summary';
import { moreYoungerHours, noneYounger } from './younger';

/** The first line of the block. */
export const SUMMARY = 'Summary:';

/**
 * A title and a line for each sentence. They begin with two blanks, so that no line of a log looks like one of its parts because of
 * what a queue or a status is called. That rows may be missing is said above it.
 */
export function summaryLines(diagnosis: Diagnosis): string[] {
  const { stuck, verdicts, why, sure, younger } = answerOf(diagnosis);
  const health = healthOf(diagnosis);
  const sentences = [stuck, verdicts, why, sure, younger ?? noneYounger(diagnosis)].filter((each) => each !== null);
  return [
    SUMMARY,
    ...sentences.map((sentence) => `  ${oneLine(fullStop(sentence))}`),
    ...(health ? [`  Health: ${oneLine(healthLine(health))}`] : []),
    ...firstStep(diagnosis),
  ];
}

/** The same in a log without verification, where nothing is stuck. It is never the bare "nothing". */
export function nothingStuck(diagnosis: Diagnosis): string[] {
  const { stuck, younger } = answerOf(diagnosis);
  const more = younger ?? noneYounger(diagnosis);
  const answer = `No stuck tasks found: ${stuck.charAt(0).toLowerCase()}${stuck.slice(1)}.`;
  return [oneLine(answer), ...(more === null ? [] : [oneLine(fullStop(more))])];
}

/** Where there are no recommendations. */
export function nothingToDo(diagnosis: Diagnosis): string {
  const { sources, younger, generatedAt } = diagnosis;
  if (hiddenRows(sources) !== null) return 'This check cannot tell anything about tasks that it does not see.';
  const headline = healthOf(diagnosis)?.headline ?? null;
  if (headline !== null) return `Start with this: ${oneLine(headline)}.`;
  const sum = youngerSum(younger);
  if (!sum) return 'No task is old enough to need anything.';
  const hours = moreYoungerHours(sum.oldestLastRun, generatedAt);
  return `No task is old enough to need anything. To include the younger ones, check again with ${count(hours, 'hour')}.`;
}

function firstStep(diagnosis: Diagnosis): string[] {
  const step = firstStepOf(diagnosis);
  if (!step) return [];
  const { number: place, recommendation } = step;
  return [`  ${place === null ? PHASE_TITLES.info : 'First step'}: ${oneLine(stepText(recommendation))}`];
}

function fullStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
