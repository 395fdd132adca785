import type { DiagnosisHead } from '../../report/panelMessages';

/** All stuck rows of all types. */
export function totalStuck({ taskTypes }: DiagnosisHead): number {
  return taskTypes.reduce((sum, type) => sum + type.count, 0);
}
