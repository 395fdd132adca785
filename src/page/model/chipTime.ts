import type { Timeline } from '../../model/diagnosis';
import type { DiagnosisHead } from '../../report/panelMessages';
import type { BinRange } from './filters';
import { endMoment, rangeText } from './time';

/** The time of the bins that the person chose; the first bin also holds what is older than its beginning. */
export function chipTime({ taskTypes, parameters }: DiagnosisHead, timeline: Timeline, range: BinRange): string {
  const until = Date.parse(parameters.olderThan);
  const start = Date.parse(timeline.start);
  const earlier = range.from === 0 && taskTypes.some(({ oldestLastRun }) => Date.parse(oldestLastRun) < start);
  return earlier ? `before ${endMoment(timeline, range.to, until)} UTC` : rangeText(timeline, range, until);
}
