import { foreignWords } from '../base/foreignWords';
import { Problem } from '../base/problem';
import type { SnapshotSource } from '../ports/database';
import type { Meter } from '../ports/meter';
import type { ResultReader } from '../model/facts';
import { unavailable, type SourceReport } from '../model/sources';
import { databaseResults } from './databaseResults';

/**
 * Runs `work` with the results that are in a database of their own, which stays open meanwhile.
 * @param source absent: there is no such database, and `work` gets undefined. One that cannot be used is a reader that finds nothing and says why
 * @throws Problem `cancelled`, and what `work` throws
 */
export async function withOtherDatabase<T>(
  source: SnapshotSource | Problem | undefined,
  { signal, meter }: { readonly signal: AbortSignal; readonly meter?: Meter },
  work: (reader: ResultReader | undefined) => Promise<T>,
): Promise<T> {
  if (source === undefined) return await work(undefined);
  if (source instanceof Problem) return await work(notRead(unavailable(source)));
  const state: { began: boolean; failure?: { readonly error: unknown } } = { began: false };
  try {
    return await source.read(
      async (snapshot) => {
        const tables = await databaseResults(snapshot);
        state.began = true;
        try {
          return await work(tables ? at(source.address, tables) : notRead(noTable(source.address)));
        } catch (error) {
          state.failure = { error };
          throw error;
        }
      },
      signal,
      meter,
    );
  } catch (error) {
    // What `work` met is not this server's: as it was, before it got this one's name.
    if (state.failure) throw state.failure.error;
    if (state.began || !(error instanceof Problem) || error.kind === 'cancelled') throw error;
    return await work(notRead(unavailable(error)));
  }
}

function noTable(address: string): Omit<SourceReport, 'name'> {
  const says = `PostgreSQL at ${address} has no table of results that this role may see: check the result backend`;
  return { state: 'unavailable', detail: says, gaps: [{ kind: 'missing-table', says }] };
}

function at(address: string, tables: ResultReader): ResultReader {
  return {
    get report() {
      const { report } = tables;
      return { ...report, detail: `${report.detail} at ${address}` };
    },
    async find(taskIds) {
      try {
        return await tables.find(taskIds);
      } catch (error) {
        if (error instanceof Problem) throw error;
        // The line, or the session: the driver's own words, which would else pass for those of the tasks' database.
        throw new Problem(
          'connection-lost',
          `PostgreSQL at ${address} gives no more results (${foreignWords(error)}).`,
          {
            cause: error,
          },
        );
      }
    },
  };
}

function notRead(report: Omit<SourceReport, 'name'>): ResultReader {
  return { report: { name: 'results', ...report }, find: () => Promise.resolve(new Map()) };
}
