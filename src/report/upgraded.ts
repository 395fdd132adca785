import type { Diagnosis, RowDetails } from '../model/diagnosis';
import { GAP_SETTINGS, wasRead, type GapSetting, type SourceGap, type SourceReport } from '../model/sources';
import { CONTRADICTS, type Evidence } from '../model/verdict';

/**
 * Gives an exported Diagnosis the data that releases before `gaps` and `contradicts` told in sentences only, so that views decide by data.
 * This is the only place that takes such sentences apart; what is written today never needs it. No text and no state changes: the log of
 * an old export stays as it was.
 */
export function upgraded(diagnosis: Diagnosis): Diagnosis {
  const rows = (samples: readonly RowDetails[]): readonly RowDetails[] => samples.map(sample);
  return {
    ...diagnosis,
    sources: diagnosis.sources.map((source) => withGaps(source, diagnosis.infrastructure.workers ?? [])),
    taskTypes: diagnosis.taskTypes.map((type) => ({
      ...type,
      samples: rows(type.samples),
      ...(type.examples ? { examples: rows(type.examples) } : {}),
    })),
  };
}

function sample(row: RowDetails): RowDetails {
  const { verification } = row;
  return verification
    ? { ...row, verification: { ...verification, evidence: verification.evidence.map(evidence) } }
    : row;
}

/** A sentence decides whether there is one to cut off, whatever a file says. */
function evidence({ source, says, supports, untested }: Evidence): Evidence {
  return {
    source,
    says,
    ...(supports === undefined ? {} : { supports }),
    ...(untested ? { untested } : {}),
    ...(says.endsWith(CONTRADICTS) ? { contradicts: true } : {}),
  };
}

/** What limited a source stood in parentheses: `(celeryTasks.maxQueueScan)`, `(celeryTasks.askWorkers, --ask-workers)`. */
const LIMITED = /\((celeryTasks\.[a-zA-Z]+)[,)]/;
const NAMES_SETTING = /celeryTasks\.[a-zA-Z]+/;
const NAMES_CONNECTION = /redisUrl|Name the broker|Name the result backend/;
const SAYS_WHAT_TO_DO = /celeryTasks\.|--[a-z]|CELERY_|REDIS_URL|\b(turn on|set|check|run)\b /i;
const NO_WORKER = 'no worker is connected';

function withGaps(source: SourceReport, workers: readonly unknown[]): SourceReport {
  const gap = source.gaps ? undefined : gapIn(source, workers);
  return gap ? { ...source, gaps: [gap] } : source;
}

function gapIn(source: SourceReport, workers: readonly unknown[]): SourceGap | undefined {
  const { name, detail } = source;
  if (wasRead(source)) {
    const limit = knownSetting(LIMITED.exec(detail)?.[1]);
    if (limit)
      return { kind: limit === 'celeryTasks.askWorkers' ? 'not-asked' : 'capped', setting: limit, says: detail };
    // Nobody was seen, and that there is none was not said.
    const open = name === 'workers' && workers.length === 0 && !detail.startsWith(NO_WORKER);
    return open ? { kind: 'unanswered', says: detail } : undefined;
  }
  const setting =
    knownSetting(NAMES_SETTING.exec(detail)?.[0]) ??
    (NAMES_CONNECTION.test(detail) ? 'celeryTasks.connections' : undefined);
  if (setting === undefined && !SAYS_WHAT_TO_DO.test(detail)) return undefined;
  return { kind: 'failed', ...(setting === undefined ? {} : { setting }), says: detail };
}

function knownSetting(written: string | undefined): GapSetting | undefined {
  return GAP_SETTINGS.find((setting) => setting === written);
}
