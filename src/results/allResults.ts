import { readReport, unavailable, wasRead, type SourceReport } from '../model/sources';
import { Problem } from '../base/problem';
import type { ResultReader, ResultRecord } from '../model/facts';

/** Ids a question: between two of them the time is looked at. */
const IDS = 1000;

/**
 * How long a reader may take for one question, and for all of them, milliseconds. The rows are read in a transaction of PostgreSQL that
 * waits meanwhile, and which the server ends after a minute of idleness. Rows are judged in the same time, which counts here.
 */
export interface Patience {
  readonly oneMs: number;
  readonly allMs: number;
}

const PATIENCE: Patience = { oneMs: 15_000, allMs: 120_000 };

/**
 * Looks results up in Redis and in the tables of databases, where there are any. A reader that fails or is too slow is asked no more and is
 * named in the report from there on.
 */
export function allResults(
  redis: ResultReader,
  databases: readonly (ResultReader | undefined)[],
  patience: Patience = PATIENCE,
): ResultReader {
  const readers = [redis, ...databases]
    .filter((reader) => reader !== undefined)
    .map((reader) => new Patient(reader, patience));
  return {
    get report() {
      return combined(readers.map((reader) => reader.report));
    },
    async find(taskIds) {
      const found = new Map<string, ResultRecord>();
      for (const reader of readers) {
        for (const [id, record] of await reader.find(taskIds))
          if (saysMore(record, found.get(id))) found.set(id, record);
      }
      return found;
    },
  };
}

/** Asks a reader as long as that is worth it. */
class Patient implements ResultReader {
  private failure: Problem | undefined;
  private spentMs = 0;

  constructor(
    private readonly reader: ResultReader,
    private readonly patience: Patience,
  ) {}

  get report(): SourceReport {
    const { report } = this.reader;
    return this.failure === undefined ? report : { name: report.name, ...unavailable(this.failure) };
  }

  async find(taskIds: readonly string[]): Promise<Map<string, ResultRecord>> {
    const found = new Map<string, ResultRecord>();
    for (let start = 0; start < taskIds.length && wasRead(this.report); start += IDS) {
      const began = performance.now();
      try {
        const records = await within(this.patience.oneMs, this.reader.find(taskIds.slice(start, start + IDS)));
        for (const [id, record] of records) found.set(id, record);
      } catch (error) {
        if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
        this.failure = error;
      }
      this.spentMs += performance.now() - began;
      if (this.spentMs > this.patience.allMs) this.failure ??= new Problem('timeout', TOO_SLOW);
    }
    return found;
  }
}

const TOO_SLOW = 'it was too slow: the results of the rows after that were not looked up';

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Problem('timeout', TOO_SLOW));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // It may fail later, when nothing waits for it any more.
    work.catch(() => undefined);
  }
}

/** SENT and what could not be decoded say nothing of a run. */
function saysMore(record: ResultRecord, known: ResultRecord | undefined): boolean {
  if (known === undefined || known.state === null || known.state === 'SENT') return true;
  return record.state !== null && record.state !== 'SENT' && (record.doneAt ?? 0) > (known.doneAt ?? 0);
}

/** One report of several: unavailable when one that is configured failed. */
function combined(reports: readonly SourceReport[]): SourceReport {
  const name = 'results';
  const named = reports.filter(({ state }) => state !== 'not-configured');
  const [first] = reports;
  if (named.length === 0) return { name, state: 'not-configured', detail: 'none is named', ...first };
  const failed = named.filter(({ state }) => state === 'unavailable');
  const detail = (failed.length > 0 ? failed : named).map((report) => report.detail).join('; ');
  const gaps = named.flatMap((report) => report.gaps ?? []);
  return failed.length > 0 ? { name, state: 'unavailable', detail, gaps } : readReport(name, detail, gaps);
}
