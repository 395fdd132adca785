import type { DiagnosisHead } from '../../report/panelMessages';
import { chipTime } from './time';
import type { Filters } from './filters';
import { READER, type Zone } from './zone';

/** For tasks without one. */
export const NO_CAUSE = 'no known cause';

/** A filter that is on, in words, and what takes it off. */
export interface FilterChip {
  readonly filter: keyof Filters;
  readonly title: string;
  readonly text: string;
  readonly off: Partial<Filters>;
}

/** Each filter that is on, in the order of the fields that set them. */
export function chipsOf(head: DiagnosisHead, filters: Filters, zone: Zone = READER): FilterChip[] {
  const { text, verdict, cause, range, recommendation } = filters;
  const chips: FilterChip[] = [];
  if (text.trim() !== '') chips.push({ filter: 'text', title: 'Name', text: text.trim(), off: { text: '' } });
  if (verdict !== null) chips.push({ filter: 'verdict', title: 'Verdict', text: verdict, off: { verdict: null } });
  if (cause !== null)
    chips.push({
      filter: 'cause',
      title: 'Cause',
      text: cause === 'none' ? NO_CAUSE : cause,
      off: { cause: null },
    });
  if (range && head.timeline)
    chips.push({
      filter: 'range',
      title: 'Stopped',
      text: chipTime(head, head.timeline, range, zone),
      off: { range: null },
    });
  const advice = head.recommendations.find(({ id }) => id === recommendation);
  if (advice)
    chips.push({ filter: 'recommendation', title: 'Tasks of', text: advice.title, off: { recommendation: null } });
  return chips;
}
