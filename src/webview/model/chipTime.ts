import type { Timeline } from '../../diagnosis/model';
import type { DiagnosisHead } from '../../report/panelMessages';
import type { BinRange } from './filters';
import { moment, rangeText } from './time';

/** The time of the bins that the person chose; the first bin also holds what is older than its beginning. */
export function chipTime({ taskTypes }: DiagnosisHead, timeline: Timeline, range: BinRange): string {
  const start = Date.parse(timeline.start);
  const earlier = range.from === 0 && taskTypes.some(({ oldestLastRun }) => Date.parse(oldestLastRun) < start);
  return earlier ? `before ${moment(timeline, range.to + 1)} UTC` : rangeText(timeline, range);
}
