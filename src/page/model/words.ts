import { wasRead, type GapKind, type GapSetting, type SourceReport, type SourceState } from '../../model/sources';
import type { Confidence, EvidenceSource } from '../../model/verdict';

export const CONFIDENCE_MEANINGS: Readonly<Record<Confidence, string>> = {
  proven: 'directly observed',
  likely: 'nothing else explains the evidence well',
  possible: 'one of several explanations',
};

interface SourceWords {
  readonly title: string;
  readonly looksAt: string;
  /** What lets it be read, where the source does not say so itself. */
  readonly cure: string;
  /** The setting that the cure is about. */
  readonly setting?: GapSetting;
}

/** The sources by the name that the Diagnosis gives them. */
const SOURCES: Readonly<Record<EvidenceSource | 'siblings', SourceWords>> = {
  row: { title: 'The row', looksAt: 'what the row itself says', cure: '' },
  postgres: { title: 'PostgreSQL', looksAt: 'the table of tasks', cure: 'Check the connection to PostgreSQL.' },
  broker: {
    title: 'Broker',
    looksAt: 'its message in the queues and among the taken ones',
    cure: 'Name the broker in the connection (CELERY_BROKER_URL or --broker-url) and check that it can be read.',
    setting: 'celeryTasks.connections',
  },
  workers: {
    title: 'Workers',
    looksAt: 'what the workers run and hold',
    cure: 'Turn on celeryTasks.askWorkers (--ask-workers) and check that the broker can be reached.',
    setting: 'celeryTasks.askWorkers',
  },
  results: {
    title: 'Result backend',
    looksAt: 'its result',
    cure: 'Name the result backend in the connection (CELERY_RESULT_BACKEND or --result-backend).',
    setting: 'celeryTasks.connections',
  },
  effects: {
    title: 'Effects',
    looksAt: 'what it leaves in the database when it runs',
    cure: 'Say in celeryTasks.effects (--effects FILE) what these tasks leave in the database.',
    setting: 'celeryTasks.effects',
  },
  sessions: {
    title: 'Sessions of PostgreSQL',
    looksAt: 'whether a session is at work on it',
    cure: 'Grant pg_read_all_stats to the role of this connection.',
  },
  siblings: {
    title: 'Rows like it',
    looksAt: 'other rows with the same task and arguments',
    cure: 'Run again; a longer celeryTasks.statementTimeout gives the question more time.',
    setting: 'celeryTasks.statementTimeout',
  },
  redis: {
    title: 'Redis',
    looksAt: 'whether the server lost data',
    cure: 'Check that Redis can be reached and that the user may run INFO.',
  },
};

/** A source in words; one that we do not know keeps its name. */
export function sourceWords(name: string): SourceWords {
  return (
    (Object.hasOwn(SOURCES, name) ? SOURCES[name as EvidenceSource] : undefined) ?? {
      title: name,
      looksAt: '',
      cure: '',
    }
  );
}

export const SOURCE_STATES: Readonly<Record<SourceState, string>> = {
  ok: 'read',
  partial: 'read in part',
  unavailable: 'not available',
  'not-configured': 'not set up',
};

/** Gaps whose sentence does not say what to do. */
const WITHOUT_CURE: ReadonlySet<GapKind> = new Set([
  'forbidden',
  'no-rule',
  'unusable-rule',
  'slow',
  'too-large',
  'capped',
  'other',
]);

/** What to do so that a source can be read, and the setting that this is about; null where it was read, or where its own words say so. */
export function cureOf(source: SourceReport): { readonly says: string; readonly setting?: GapSetting } | null {
  const { name, gaps = [] } = source;
  if (wasRead(source) || !gaps.every(({ kind }) => WITHOUT_CURE.has(kind))) return null;
  const { cure, setting } = sourceWords(name);
  if (cure === '') return null;
  return setting === undefined ? { says: cure } : { says: cure, setting };
}
