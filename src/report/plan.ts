/** The recommendations as a plan: what to do now, what then, what later, and what needs nothing. */
import { count, number } from '../base/numbers';
import type { Diagnosis, Phase, Recommendation } from '../model/diagnosis';
import { wasRead, type SourceReport } from '../model/sources';

export const PHASE_TITLES: Readonly<Record<Phase, string>> = {
  now: 'Now',
  then: 'Then, after checking again',
  later: 'Later',
  info: 'For information',
};

export interface PlannedStep {
  /** From 1; null for what needs nothing. */
  readonly number: number | null;
  /** Its place among the Diagnosis's recommendations. */
  readonly index: number;
  readonly recommendation: Recommendation;
  /** Numbers of the steps that come first. */
  readonly after: readonly number[];
}

export interface PlanPart {
  readonly phase: Phase;
  readonly title: string;
  readonly steps: readonly PlannedStep[];
}

type Advised = Pick<Diagnosis, 'recommendations'>;

/** The parts that have steps, in the order of doing. Exports of older versions have no phases: all of their steps are "now", in their order. */
export function planOf({ recommendations }: Advised): PlanPart[] {
  const phases: readonly Phase[] = ['now', 'then', 'later', 'info'];
  const ordered = phases.flatMap((phase) =>
    recommendations
      .map((recommendation, index) => ({ recommendation, index, phase: recommendation.phase ?? 'now' }))
      .filter((step) => step.phase === phase),
  );
  const numbers = new Map(
    ordered.filter(({ phase }) => phase !== 'info').map(({ recommendation }, place) => [recommendation.id, place + 1]),
  );
  const parts = phases.map((phase) => ({
    phase,
    title: PHASE_TITLES[phase],
    steps: ordered
      .filter((step) => step.phase === phase)
      .map(({ recommendation, index }) => ({
        number: numbers.get(recommendation.id) ?? null,
        index,
        recommendation,
        after: (recommendation.after ?? []).map((id) => numbers.get(id)).filter((each) => each !== undefined),
      })),
  }));
  return parts.filter(({ steps }) => steps.length > 0);
}

/** The step to begin with; undefined where there is nothing to do, and nothing to know. */
export function firstStepOf(diagnosis: Advised): PlannedStep | undefined {
  return planOf(diagnosis)[0]?.steps[0];
}

/** A step's title, and the number of tasks that it is about unless the title has it: `Start the workers (2,227 tasks)`. */
export function stepText({ title, rows, margin = 0 }: Recommendation): string {
  if (rows === undefined || rows === 0 || title.includes(number(rows))) return title;
  return `${title} (${margin > 0 ? '≈ ' : ''}${count(rows, 'task')})`;
}

/** A step of an earlier check that the later one no longer recommends. */
export interface SettledStep {
  readonly id: string;
  readonly title: string;
}

type Compared = Advised & Pick<Diagnosis, 'parameters' | 'sources'>;

/**
 * The steps of `before` that are done: the later check no longer recommends them although it looked as far as the earlier one did. Empty
 * where the two checks are not alike, because a step that was not looked for is not done.
 */
export function settledSteps(before: Compared, now: Compared): SettledStep[] {
  if (!isAlike(before.parameters, now.parameters) || !looksAsFar(before.sources, now.sources)) return [];
  const given = new Set(now.recommendations.map(({ id }) => id));
  return before.recommendations
    .filter(({ id, phase }) => phase !== undefined && phase !== 'info' && !given.has(id))
    .map(({ id, title }) => ({ id, title }));
}

function isAlike(a: Diagnosis['parameters'], b: Diagnosis['parameters']): boolean {
  return (
    a.checkExecution &&
    b.checkExecution &&
    a.hours === b.hours &&
    [...a.statuses].sort().join('\n') === [...b.statuses].sort().join('\n')
  );
}

function looksAsFar(before: readonly SourceReport[], now: readonly SourceReport[]): boolean {
  return before
    .filter(wasRead)
    .every(({ name, state }) =>
      now.some((source) => source.name === name && (source.state === 'ok' || source.state === state)),
    );
}
