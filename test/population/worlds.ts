/** The worlds of a population: how each is set up, what goes wrong in it, and how it stands when it is checked. */
import type { FaultName } from './faults';

/** How the workers stand when the world is checked. */
export type Ending =
  /** They are connected and would answer. */
  | 'up'
  /** SIGKILL, all of them. */
  | 'killed'
  /** Their lines to the broker are cut, their processes go on. */
  | 'cut'
  /** In a warm shutdown, their idle lines closed by the server. */
  | 'shutting-down'
  /** Stopped, as on a machine that swaps. */
  | 'frozen';

/** Where kombu keeps taken messages, and their times. */
export interface TakenKeys {
  readonly hash: string;
  readonly index: string;
}

export const TAKEN: TakenKeys = { hash: 'unacked', index: 'unacked_index' };

export interface WorldSpec {
  readonly name: string;
  /** Where its messages are; a Redis by default. */
  readonly broker?: 'rabbitmq';
  readonly ending: Ending;
  /** Whether the worker that takes first messages is up at the check, and answers. */
  readonly desk: boolean;
  /** What goes wrong while it runs, with how often. */
  readonly faults: readonly (readonly [FaultName, number])[];
  /** Celery's own settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Of the application (app/row.py, app/library.py). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the second worker alone. */
  readonly second?: Readonly<Record<string, string>>;
  /** The check's role may read the tables and nothing else. */
  readonly reader?: boolean;
  /** The transport's keys for taken messages have other names. */
  readonly unacked?: TakenKeys;
  /** It is also checked beside the Redis of another environment, which has its queues and other messages. */
  readonly staging?: boolean;
  /** The broker is emptied while the last orders come in. */
  readonly flushAtEnd?: boolean;
}

const RENAMED: TakenKeys = { hash: 'market_taken', index: 'market_taken_at' };

const SHORT_RESULTS = { result_expires: 1 };

export const WORLDS: readonly WorldSpec[] = [
  {
    name: 'flushed',
    ending: 'up',
    desk: true,
    faults: [
      ['flush', 2],
      ['delete-message', 6],
      ['kill-process', 4],
      ['strangers', 3],
      ['lock', 1],
    ],
    flushAtEnd: true,
  },
  {
    name: 'cut',
    ending: 'cut',
    desk: true,
    faults: [
      ['kill-process', 6],
      ['cut-client', 2],
      ['delete-message', 4],
      ['end-session', 3],
      ['warm-restart', 1],
    ],
    settings: { task_acks_late: true, task_reject_on_worker_lost: true, worker_prefetch_multiplier: 4 },
  },
  {
    name: 'killed',
    ending: 'up',
    desk: true,
    faults: [
      ['kill-process', 10],
      ['kill-worker', 1],
      ['kill-main', 1],
      ['delete-message', 3],
      ['lock', 2],
    ],
    staging: true,
  },
  {
    name: 'late',
    ending: 'up',
    desk: true,
    faults: [
      ['kill-process', 5],
      ['kill-worker', 2],
      ['kill-main', 1],
      ['delete-message', 3],
    ],
    settings: { task_acks_late: true, broker_transport_options: { visibility_timeout: 4 } },
  },
  {
    name: 'database',
    ending: 'killed',
    desk: false,
    faults: [
      ['end-session', 8],
      ['lock', 3],
      ['resume', 5],
      ['kill-process', 3],
      ['delete-message', 3],
    ],
    settings: SHORT_RESULTS,
  },
  {
    name: 'shutting-down',
    ending: 'shutting-down',
    desk: false,
    faults: [
      ['warm-restart', 2],
      ['kill-process', 4],
      ['delete-message', 4],
      ['kill-main', 1],
      ['strangers', 3],
    ],
    settings: SHORT_RESULTS,
  },
  {
    name: 'skewed',
    ending: 'up',
    desk: true,
    faults: [
      ['kill-process', 6],
      ['delete-message', 5],
      ['flush', 1],
      ['resume', 2],
    ],
    settings: SHORT_RESULTS,
    environment: { KEEP_SESSIONS: '1' },
    second: { CLOCK_SKEW: '20', RELEASE: 'old' },
  },
  {
    name: 'frozen',
    ending: 'frozen',
    desk: true,
    faults: [
      ['cut-client', 3],
      ['end-session', 3],
      ['kill-process', 4],
      ['delete-message', 4],
      ['strangers', 2],
    ],
    reader: true,
  },
  {
    name: 'renamed',
    ending: 'up',
    desk: true,
    faults: [
      ['kill-process', 5],
      ['delete-message', 4],
      ['flush', 1],
      ['cut-client', 2],
    ],
    settings: {
      task_acks_late: true,
      worker_prefetch_multiplier: 4,
      broker_transport_options: {
        unacked_key: RENAMED.hash,
        unacked_index_key: RENAMED.index,
        unacked_mutex_key: 'market_taken_mutex',
        sep: ':',
        priority_steps: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        queue_order_strategy: 'priority',
      },
    },
    unacked: RENAMED,
  },
];

/** The same on a RabbitMQ. */
export const RABBIT_WORLDS: readonly WorldSpec[] = [
  {
    name: 'rabbit-early',
    broker: 'rabbitmq',
    ending: 'up',
    desk: true,
    faults: [
      ['kill-process', 6],
      ['kill-worker', 2],
      ['kill-main', 1],
      ['delete-message', 5],
      ['flush', 1],
      ['cut-client', 2],
      ['strangers', 2],
    ],
    flushAtEnd: true,
  },
  {
    name: 'rabbit-late',
    broker: 'rabbitmq',
    ending: 'up',
    desk: true,
    faults: [
      ['kill-process', 6],
      ['kill-worker', 3],
      ['cut-client', 3],
      ['delete-message', 5],
      ['warm-restart', 2],
      ['end-session', 2],
    ],
    settings: { task_acks_late: true, task_reject_on_worker_lost: true, task_acks_on_failure_or_timeout: false },
  },
  {
    name: 'rabbit-cut',
    broker: 'rabbitmq',
    ending: 'cut',
    desk: true,
    faults: [
      ['kill-process', 4],
      ['cut-client', 4],
      ['delete-message', 4],
      ['resume', 3],
    ],
    settings: { worker_prefetch_multiplier: 4 },
  },
  {
    name: 'rabbit-frozen',
    broker: 'rabbitmq',
    ending: 'frozen',
    desk: false,
    faults: [
      ['kill-process', 4],
      ['kill-main', 2],
      ['flush', 1],
      ['lock', 2],
      ['strangers', 2],
    ],
    settings: SHORT_RESULTS,
    reader: true,
  },
  {
    name: 'rabbit-killed',
    broker: 'rabbitmq',
    ending: 'killed',
    desk: false,
    faults: [
      ['kill-process', 6],
      ['delete-message', 6],
      ['warm-restart', 2],
      ['end-session', 3],
    ],
    settings: { task_acks_late: true, worker_prefetch_multiplier: 4 },
    second: { RELEASE: 'old' },
  },
];

/** All of them: a world's place here is a part of its seed. */
export const ALL_WORLDS: readonly WorldSpec[] = [...WORLDS, ...RABBIT_WORLDS];
