import type { DiagnosisHead, FixRows } from '../../report/panelMessages';
import type { Filters } from './filters';
import type { Selection } from './select';

/** The rows that the filters leave, as a fix script is asked for them. */
export function fixRowsOf(head: DiagnosisHead, filters: Filters, { types }: Selection): FixRows {
  const { verdict, cause, range, recommendation } = filters;
  const about = head.recommendations.findIndex(({ id }) => id === recommendation);
  return {
    taskTypes: types.map(({ index }) => index),
    ...(verdict === null ? {} : { verdict }),
    ...(cause === null ? {} : { cause: cause === 'none' ? null : cause }),
    ...(range === null ? {} : { bins: range }),
    ...(about === -1 ? {} : { recommendation: about }),
  };
}
