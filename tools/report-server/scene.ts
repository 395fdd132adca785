import type { Diagnosis } from '../../src/model/diagnosis';
import type { PanelState } from '../../src/report/panelMessages';
import type { DraftState } from '../../src/report/draftMessages';
import type { StoryState } from '../../src/report/storyMessages';

/** Everything that the page learns from the editor. */
export interface Scene {
  /** The Diagnosis's id in messages. */
  readonly id: string;
  readonly diagnosis: Diagnosis | null;
  readonly state: PanelState;
  /** The page of one task in place of the report. */
  readonly story?: StoryState;
  /** The page of drafted effect rules in place of the report. */
  readonly drafts?: DraftState;
  /** The file that "Export JSON" saves. */
  readonly exported: string;
}

const CALM: PanelState = {
  origin: 'check',
  connection: 'breathecode (.env)',
  finishedAt: '2026-11-23T10:00:06.100Z',
  running: null,
  problem: null,
  configured: true,
  trusted: true,
};

const RUNNING: NonNullable<PanelState['running']> = {
  connection: 'breathecode (.env)',
  step: 6,
  steps: 8,
  label: 'Judging stuck rows: 96,000 of 148,708',
  elapsedMs: 4210,
  counts: {
    stuck: 148_708,
    taskTypes: 245,
    judged: 96_000,
    verdicts: { unknown: 50_000, lost: 30_000, finished: 16_000 },
  },
};

/** The states that can surround a Diagnosis, by a name for `?state=` and for tests. */
export const STATES = {
  check: CALM,
  saved: { ...CALM, origin: 'saved', connection: 'incident.json' },
  sample: { ...CALM, origin: 'sample', connection: null },
  file: { ...CALM, origin: 'file', configured: false },
  running: { ...CALM, running: RUNNING },
  starting: {
    ...CALM,
    running: { connection: 'breathecode (.env)', step: 1, steps: 8, label: 'Connecting', elapsedMs: 20 },
  },
  failed: {
    ...CALM,
    problem: {
      kind: 'unreachable',
      message: 'Connection refused at 127.0.0.1:5432/app: is PostgreSQL running, and is the port right?',
    },
  },
  cancelled: { ...CALM, problem: { kind: 'cancelled', message: 'The check was cancelled.' } },
  'not-configured': { ...CALM, connection: null, finishedAt: null, configured: false },
  nothing: { ...CALM, connection: null, finishedAt: null },
  /** The connection of the next check names no broker. */
  'no-broker': { ...CALM, next: { name: 'breathecode (.env)', noBroker: { envFile: true } } },
  /** The check before this one had more steps. */
  settled: {
    ...CALM,
    next: { name: 'breathecode (.env)' },
    since: { at: '2026-11-23T09:42:00Z', change: -6480 },
    settled: [{ id: 'start-workers', title: 'Start the Celery workers: 2,227 tasks are waiting' }],
  },
  untrusted: { ...CALM, connection: null, finishedAt: null, trusted: false },
} as const satisfies Record<string, PanelState>;

export type StateName = keyof typeof STATES;
