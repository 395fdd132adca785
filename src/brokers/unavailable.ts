import { Problem } from '../base/problem';
import { unavailable as failed, type SourceReport } from '../model/sources';

/** The report of a source that failed, without its name. @throws Problem `cancelled`, and anything that is no Problem */
export function unavailable(error: unknown): Omit<SourceReport, 'name'> {
  if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
  return failed(error);
}
