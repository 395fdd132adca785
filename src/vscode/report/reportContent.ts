import { randomUUID } from 'node:crypto';
import type { Diagnosis } from '../../model/diagnosis';
import type { CheckResult } from '../checks/checkState';
import type { ReportOrigin } from '../../report/panelMessages';

/** A Diagnosis as a report shows it. */
export interface ReportContent {
  /** New for each Diagnosis. */
  readonly id: string;
  readonly origin: ReportOrigin;
  readonly diagnosis: Diagnosis;
  /** The connection it is of, or the file that it was read from. */
  readonly connection: string | null;
  /** That connection is production. */
  readonly production?: true;
  /** ISO 8601, the clock of the machine that checked; null where that is not known. */
  readonly finishedAt: string | null;
}

/** A Diagnosis that no check of this window made. */
export function contentOf(
  origin: ReportOrigin,
  diagnosis: Diagnosis,
  about: Partial<Pick<ReportContent, 'connection' | 'production' | 'finishedAt'>> = {},
): ReportContent {
  return { id: randomUUID(), origin, diagnosis, connection: null, finishedAt: null, ...about };
}

const known = new WeakMap<CheckResult, ReportContent>();

/** The result of a check; the same object for the same result. */
export function contentOfResult(result: CheckResult): ReportContent {
  const { diagnosis, profile, finishedAt } = result;
  const content =
    known.get(result) ??
    contentOf('check', diagnosis, {
      connection: profile.name,
      ...(profile.production ? { production: true } : {}),
      finishedAt: finishedAt.toISOString(),
    });
  known.set(result, content);
  return content;
}
