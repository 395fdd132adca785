import { postgresSnapshots, type PostgresOptions } from '../../src/connect/postgres/postgresClient';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { diagnose } from '../../src/check/diagnose';
import { DEFAULT_MASKED_KEYS } from '../../src/base/jsonText';
import type { Diagnosis } from '../../src/model/diagnosis';
import { DEFAULT_PARAMETERS, DEFAULT_TABLE } from '../../src/tables/parameters';
import type { OnProgress } from '../../src/model/progress';
import type { ScanOptions } from '../../src/tables/scan';
import type { Snapshot, SnapshotSource } from '../../src/ports/database';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { markdown } from '../../src/report/markdown';
import { textLog } from '../../src/report/textLog';
import { keepOutput } from './outputs';

export const OPTIONS: ScanOptions = { ...DEFAULT_PARAMETERS, table: DEFAULT_TABLE, maskedKeys: DEFAULT_MASKED_KEYS };

export function snapshots(url: string, options: Partial<PostgresOptions> = {}): SnapshotSource {
  return postgresSnapshots(parsePostgresUrl(url, 'test URL'), { statementTimeoutMs: 60_000, ...options });
}

/** One whole check of the database behind `url`. */
export async function check(
  url: string,
  options: Partial<ScanOptions> = {},
  run: { signal?: AbortSignal; onProgress?: OnProgress; postgres?: Partial<PostgresOptions> } = {},
): Promise<Diagnosis> {
  const { signal = new AbortController().signal, onProgress = () => undefined } = run;
  const sources = { postgres: snapshots(url, run.postgres) };
  const diagnosis = await diagnose(sources, { ...OPTIONS, ...options }, { signal, onProgress });
  // Not what tests of large tables make: it is the same again and again.
  if (diagnosis.taskTypes.length <= 50)
    keepOutput('check', diagnosisJson(diagnosis), textLog(diagnosis), markdown(diagnosis, null));
  return diagnosis;
}

/** Reads in one snapshot; counts and shows the statements that go through it. */
export async function inSnapshot<T>(
  url: string,
  work: (snapshot: Snapshot, statements: string[]) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  const statements: string[] = [];
  return snapshots(url).read((snapshot) => {
    const recorded: Snapshot = {
      query: (text, values) => {
        statements.push(text);
        return snapshot.query(text, values);
      },
    };
    return work(recorded, statements);
  }, signal);
}
