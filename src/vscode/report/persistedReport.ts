import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Diagnosis } from '../../model/diagnosis';
import { Problem } from '../../base/problem';

/** What is kept of a report, so that it comes back after a restart. */
export interface PersistedReport {
  readonly diagnosis: Diagnosis;
  readonly connection: string | null;
  /** That connection is production. */
  readonly production?: true;
  readonly finishedAt: string | null;
}

const FILE = 'report.json';
/** A report that is larger, by arguments of a megabyte each, is not kept: it would cost every check and every start. */
const MAX_LENGTH = 24 * 1024 * 1024;
/** The views come first. */
const DELAY_MS = 300;

/** Keeps one report in a file that only this user can read. The latest wish counts; a failure is said in the log and costs nothing else. */
export class ReportStore {
  private readonly file: string | undefined;
  private wish: (() => Promise<void>) | undefined;
  private working: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param folder may not exist yet; undefined where there is none of this window alone: nothing is kept then; @param warn takes one line for the log */
  constructor(
    folder: string | undefined,
    private readonly warn: (line: string) => void,
    private readonly maxLength = MAX_LENGTH,
  ) {
    this.file = folder === undefined ? undefined : join(folder, FILE);
  }

  /** Keeps this report instead of the one before, a moment later. */
  save(kept: PersistedReport): void {
    const { file } = this;
    if (file === undefined) return;
    this.wishFor(async () => {
      // Without building a text that is thrown away at once.
      const text = roughLength(kept.diagnosis) > this.maxLength ? undefined : await write(kept);
      if (text !== undefined && text.length <= this.maxLength) {
        await replaceFile(file, text);
        return;
      }
      await removeFile(file);
      this.warn('The report is too large to be kept over a restart of the editor.');
    });
  }

  /** Forgets what is kept. */
  remove(): void {
    const { file } = this;
    if (file === undefined) return;
    this.wishFor(() => removeFile(file));
    void this.flush();
  }

  /** What was kept; undefined where there is nothing that can be read. */
  async load(): Promise<PersistedReport | undefined> {
    await this.flush();
    if (this.file === undefined) return undefined;
    const text = await readFile(this.file, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return await read(text);
    } catch (error) {
      this.warn(`The kept report cannot be read: ${error instanceof Problem ? error.message : 'it is no whole file.'}`);
      this.remove();
      return undefined;
    }
  }

  /** Does at once what is still to be done. @returns when it is done */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.wish !== undefined || this.working !== undefined) {
      this.working ??= this.work();
      await this.working;
    }
  }

  private wishFor(job: () => Promise<void>): void {
    this.wish = job;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), DELAY_MS);
  }

  private async work(): Promise<void> {
    const job = this.wish;
    this.wish = undefined;
    try {
      await job?.();
    } catch (error) {
      this.warn(`The report could not be kept: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
    } finally {
      this.working = undefined;
    }
  }
}

/** A line about the Diagnosis, then the Diagnosis as it is exported. */
async function write({ connection, production, finishedAt, diagnosis }: PersistedReport): Promise<string> {
  const { diagnosisJson } = await import('../../report/diagnosisJson');
  return `${JSON.stringify({ connection, production, finishedAt })}\n${diagnosisJson(diagnosis)}`;
}

async function read(text: string): Promise<PersistedReport> {
  const { readDiagnosis } = await import('../../report/readDiagnosis');
  const end = text.indexOf('\n');
  const { connection, production, finishedAt } = JSON.parse(text.slice(0, end)) as Record<string, unknown>;
  return {
    connection: typeof connection === 'string' ? connection : null,
    ...(production === true ? { production } : {}),
    finishedAt: typeof finishedAt === 'string' && !Number.isNaN(Date.parse(finishedAt)) ? finishedAt : null,
    diagnosis: readDiagnosis(text.slice(end + 1), 'The kept report'),
  };
}

function roughLength({ taskTypes }: Diagnosis): number {
  let length = 0;
  for (const { samples } of taskTypes)
    for (const { arguments: given, statusMessage } of samples)
      length += (given?.rawJSON.length ?? 0) + (statusMessage?.length ?? 0);
  return length;
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = temporaryOf(file);
  await mkdir(dirname(file), { recursive: true });
  await rm(temporary, { force: true });
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** With what a window that was killed while it wrote left behind. */
async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(temporaryOf(file), { force: true });
}

/** Always the same: one writer, and nothing is left lying. */
function temporaryOf(file: string): string {
  return `${file}.tmp`;
}
