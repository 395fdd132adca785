import type { SourceReport } from '../../diagnosis/model';
import { Problem } from '../../diagnosis/problem';
import type { ResultReader, ResultRecord } from '../facts';

/**
 * Looks results up in Redis and in the database's tables, where there are any. A reader that fails is asked no more and is named in the
 * report from there on.
 */
export function bothResults(redis: ResultReader, database: ResultReader | undefined): ResultReader {
  const readers = [redis, ...(database ? [database] : [])];
  const failures = new Map<ResultReader, string>();
  return {
    get report() {
      return combined(readers.map((reader) => withFailure(reader.report, failures.get(reader))));
    },
    async find(taskIds) {
      const found = new Map<string, ResultRecord>();
      for (const reader of readers) {
        if (failures.has(reader) || reader.report.state !== 'ok') continue;
        try {
          for (const [id, record] of await reader.find(taskIds))
            if (saysMore(record, found.get(id))) found.set(id, record);
        } catch (error) {
          if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
          failures.set(reader, error.message.replace(/\.$/, ''));
        }
      }
      return found;
    },
  };
}

/** SENT and what could not be decoded say nothing of a run. */
function saysMore(record: ResultRecord, known: ResultRecord | undefined): boolean {
  return (
    known === undefined ||
    known.state === null ||
    known.state === 'SENT' ||
    (record.state !== null && record.state !== 'SENT' && record.doneAt !== null && (known.doneAt ?? 0) < record.doneAt)
  );
}

function withFailure(report: SourceReport, failure: string | undefined): SourceReport {
  return failure === undefined ? report : { name: report.name, state: 'unavailable', detail: failure };
}

/** One report of several: unavailable when one that is configured failed. */
function combined(reports: readonly SourceReport[]): SourceReport {
  const named = reports.filter(({ state }) => state !== 'not-configured');
  const [first] = reports;
  if (named.length === 0) return { name: 'results', state: 'not-configured', detail: first?.detail ?? 'none is named' };
  const failed = named.filter(({ state }) => state === 'unavailable');
  const state = failed.length > 0 ? 'unavailable' : 'ok';
  return {
    name: 'results',
    state,
    detail: (failed.length > 0 ? failed : named).map(({ detail }) => detail).join('; '),
  };
}
