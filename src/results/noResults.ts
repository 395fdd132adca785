import type { SourceReport } from '../model/sources';
import type { OpenResults } from './results';

/** The results of a backend that was not asked, or could not be. @param why without the name of the source */
export function noResults(why: Omit<SourceReport, 'name'>): OpenResults {
  const reader = { report: { name: 'results', ...why }, find: () => Promise.resolve(new Map<string, never>()) };
  return { reader: () => reader, server: () => Promise.resolve({}) };
}
