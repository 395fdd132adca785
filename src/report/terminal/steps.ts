import { count } from '../../base/numbers';
import type { Diagnosis } from '../../model/diagnosis';
import { planOf, stepText, type PlannedStep } from '../plan';
import { atMost, FAINT, paragraph, span, STRONG, type StyledLine } from './line';

/** Lines of one step. */
const OF_ONE = 2;

/**
 * What to do, by phase: number, title, and how many tasks it is about.
 * @param most lines
 */
export function stepLines(diagnosis: Diagnosis, columns: number, most: number): StyledLine[] {
  const phases =
    diagnosis.recommendations.some(({ phase }) => phase !== undefined) && diagnosis.parameters.checkExecution;
  const blocks = planOf(diagnosis).flatMap(({ title, steps }) => [
    ...(phases ? [{ lines: [[span(title)]], step: false }] : []),
    ...steps.map((step) => ({ lines: stepBlock(step, columns), step: true })),
  ]);
  const lines: StyledLine[] = [[span('What to do', STRONG)]];
  let left = blocks.filter(({ step }) => step).length;
  if (left === 0) return [];
  for (const [index, block] of blocks.entries()) {
    const last = index === blocks.length - 1;
    // A title without a step says nothing.
    const needed = block.lines.length + (block.step ? 0 : (blocks[index + 1]?.lines.length ?? 0));
    if (lines.length + needed + (last ? 0 : 1) > most)
      return [...lines, [span(count(left, 'more step'), FAINT)]].slice(0, most);
    lines.push(...block.lines);
    if (block.step) left--;
  }
  return lines;
}

function stepBlock({ number: place, recommendation }: PlannedStep, columns: number): StyledLine[] {
  const mark = place === null ? ' -  ' : `${String(place).padStart(2)}. `;
  const lines = atMost(paragraph(stepText(recommendation), columns - mark.length), OF_ONE, columns - mark.length);
  return lines.map((line, index) => [index === 0 ? span(mark, FAINT) : span(' '.repeat(mark.length)), ...line]);
}
