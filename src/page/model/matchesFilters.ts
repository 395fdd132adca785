import type { RowDetails } from '../../model/diagnosis';
import { binOf } from '../../model/timeline';
import type { DiagnosisHead } from '../../report/panelMessages';
import { isAbout } from '../../model/rowFilter';
import type { Filters } from './filters';

/**
 * Whether a row is among those that the filters leave, as far as the row itself tells: whether another row followed it (a twin) stands in no
 * sample. A row that was not judged passes: filters by verdict are not offered then.
 */
export function isWithin({ verification, lastRun }: RowDetails, head: DiagnosisHead, filters: Filters): boolean {
  const { verdict, cause, recommendation, range } = filters;
  if (verification) {
    const about = head.recommendations.find(({ id }) => id === recommendation)?.about;
    if (verdict !== null && verification.verdict !== verdict) return false;
    if (cause !== null && (verification.cause ?? 'none') !== cause) return false;
    const alike = { ...verification, ...(about?.twin === true ? { twin: true as const } : {}) };
    if (about && !isAbout(about, alike)) return false;
  }
  if (range === null || !head.timeline) return true;
  const bin = binOf(head.timeline)(Date.parse(lastRun) / 1000);
  return bin >= range.from && bin <= range.to;
}
