import type { DiagnosisHead } from '../../report/panelMessages';
import { youngerSum } from '../../report/summary';
import { oldestHours } from '../../report/younger';

/** An age that a check could ask for. */
export interface AgeChoice {
  readonly hours: number;
  readonly title: string;
}

/** What began less than an hour ago is at work, more often than not. */
const ALL: AgeChoice = { hours: 1, title: 'Show Them' };
const AGES: readonly AgeChoice[] = [
  { hours: 24, title: '24 h' },
  { hours: 168, title: '7 days' },
];

/** The ages that would find some of the tasks that are too young for this check, the one that finds most first. */
export function youngerChoices({
  younger,
  parameters,
  generatedAt,
}: Pick<DiagnosisHead, 'younger' | 'parameters' | 'generatedAt'>): readonly AgeChoice[] {
  const sum = youngerSum(younger);
  if (!sum) return [];
  const oldest = oldestHours(sum, generatedAt);
  const all = oldest > ALL.hours ? ALL : { ...ALL, hours: 0 };
  return [all, ...AGES.filter(({ hours }) => hours < oldest)].filter(({ hours }) => hours < parameters.hours);
}
