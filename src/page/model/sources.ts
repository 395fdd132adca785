import { count } from '../../base/numbers';
import { stateOf, wasRead, type SourceReport } from '../../model/sources';
import { cureOf } from './words';

/** Whether a setting is (part of) what lets a source tell more. */
export function settingsHelp(source: SourceReport): boolean {
  const { gaps = [] } = source;
  if (stateOf(source) === 'ok') return false;
  return gaps.some(({ setting }) => setting !== undefined) || cureOf(source)?.setting !== undefined;
}

/** How far the sources were read, as a part of a line: `all 6 sources`. */
export function shortlyRead(sources: readonly SourceReport[]): { readonly whole: boolean; readonly says: string } {
  const short = sources.filter((source) => stateOf(source) !== 'ok').length;
  if (short > 0) return { whole: false, says: `${short} of ${count(sources.length, 'source')} incomplete` };
  return { whole: true, says: sources.length > 1 ? `all ${sources.length} sources` : 'only the table of tasks' };
}

/** How far the sources were read, as a sentence. */
export function howFarRead(sources: readonly SourceReport[]): string {
  const unread = sources.filter((source) => !wasRead(source)).length;
  const partial = sources.filter((source) => stateOf(source) === 'partial').length;
  const all = sources.length;
  if (unread + partial === 0)
    return all > 1
      ? 'Every source was read.'
      : 'Only the task table was read. This check did not look for what happened to the tasks.';
  const parts = [
    ...(unread > 0 ? [`${unread} of ${all} sources unavailable`] : []),
    ...(partial > 0 ? [`${partial} of ${all} read in part`] : []),
  ];
  return `${parts.join(', ')}; some verdicts may be missing.`;
}
