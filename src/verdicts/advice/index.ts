import type { Recommendation } from '../../model/diagnosis';
import { number } from '../../base/numbers';
import type { Advice, Adviser, Found } from './advice';
import { failed } from './failed';
import { finished } from './finished';
import { held } from './held';
import { lost } from './lost';
import { rabbit } from './rabbit';
import { surroundings } from './surroundings';
import { unknown } from './unknown';
import { waiting } from './waiting';

const ADVISERS: readonly Adviser[] = [waiting, held, finished, failed, lost, unknown, surroundings, rabbit];

/** What to do about what was found, the advice that helps most rows first. Empty where there is nothing to do. */
export function recommendFor(found: Found): Recommendation[] {
  const advice = ADVISERS.flatMap((adviser) => adviser(found)).sort((a, b) => b.rows - a.rows);
  return advice.map(inOrder);
}

function estimated(rows: number, margin: number): string {
  return `Estimated: ${number(rows)} ± ${number(margin)} tasks (95%); a random sample was judged`;
}

/** The parts of every recommendation in the same order, those that it does not have left out. */
function inOrder({
  id,
  title,
  why,
  evidence,
  actions,
  rows,
  margin,
  about,
  after,
  snippets = [],
  links = [],
}: Advice): Recommendation {
  return {
    id,
    title,
    why,
    evidence: margin === undefined ? evidence : [estimated(rows, margin), ...evidence],
    actions,
    rows,
    ...(margin === undefined ? {} : { margin }),
    ...(about ? { about } : {}),
    ...(after ? { after } : {}),
    ...(snippets.length > 0 ? { snippets } : {}),
    ...(links.length > 0 ? { links } : {}),
  };
}
