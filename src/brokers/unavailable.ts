import { Problem } from '../base/problem';
import type { SourceReport } from '../model/diagnosis';

/** The report of a source that failed, without its name. @throws Problem `cancelled`, and what is no Problem */
export function unavailable(error: unknown): Omit<SourceReport, 'name'> {
  if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
  return { state: 'unavailable', detail: error.message.replace(/\.$/, '') };
}
