import { count, number } from '../base/numbers';
import type { Diagnosis, Recommendation } from '../model/diagnosis';
import type { Hide } from './anonymous';
import { code, codeBlock, details, plain, prose } from './markdownText';
import { firstStepOf, planOf, type PlannedStep } from './plan';
import { list } from './summary';

type Advised = Pick<Diagnosis, 'recommendations'>;

/** The step to begin with, in a line of its own, and how many come after it. Empty where there is none. */
export function startHere(diagnosis: Advised, hide: Hide): string[] {
  const first = firstStepOf(diagnosis);
  if (first?.number === null || !first) return [];
  const more = planOf(diagnosis)
    .flatMap(({ steps }) => steps)
    .filter((step) => step.number !== null && step !== first && step.number !== first.number).length;
  const rest = more === 0 ? '' : ` · ${count(more, 'more step')} below`;
  return [`**Start here: ${plain(hide(first.recommendation.title))}**${helped(first.recommendation)}${rest}`, ''];
}

/** The recommendations in the order of doing, folded to their titles; what needs nothing has no number. */
export function planSections(diagnosis: Advised, hide: Hide): string[] {
  const parts = planOf(diagnosis);
  if (parts.length === 0) return [];
  return [
    '## What to do',
    '',
    ...parts.flatMap(({ title, steps }) => [`### ${title}`, '', ...steps.flatMap((step) => stepLines(step, hide))]),
  ];
}

function stepLines({ number: place, recommendation, after }: PlannedStep, hide: Hide): string[] {
  const mark = place === null ? '-' : `${String(place)}.`;
  const indent = ' '.repeat(mark.length + 1);
  const first =
    after.length === 0 ? '' : ` – after ${after.length === 1 ? 'step' : 'steps'} ${list(after.map(String))}`;
  const body = bodyLines(recommendation, hide);
  return [
    `${mark} **${plain(hide(recommendation.title))}**${helped(recommendation)}${first}`,
    '',
    ...(body.length === 0 ? [] : [...details(place === null ? 'Why' : 'Why and how', body), '']).map((line) =>
      line === '' ? '' : `${indent}${line}`,
    ),
  ];
}

function helped({ rows = 0, margin = 0 }: Recommendation): string {
  if (rows === 0) return '';
  return ` (${margin > 0 ? `≈ ${number(rows)} ± ${number(margin)} tasks` : count(rows, 'task')})`;
}

function bodyLines({ why, evidence, actions }: Recommendation, hide: Hide): string[] {
  return [
    ...(why === '' ? [] : [prose(hide(why)), '']),
    ...evidence.map((seen) => `- Seen: ${prose(hide(seen))}`),
    ...actions.flatMap((action) => toDo(hide(action))),
  ];
}

/** A line for a shell: a program, and at once an option. */
const COMMAND = /^[a-z][\w.-]* --?[a-zA-Z]/;

/** An action of several lines is code behind its first line, or code alone. */
function toDo(action: string): string[] {
  if (!action.includes('\n')) return [`- Do: ${COMMAND.test(action) ? code(action) : prose(action)}`];
  return ['- Do:', '', ...codeBlock(action, '  '), ''];
}
