import type { Rule } from './claim';
import { backlog } from './backlog';
import { brokerWiped } from './brokerWiped';
import { circuitBreaker } from './circuitBreaker';
import { crashLoop } from './crashLoop';
import { effectFound } from './effectFound';
import { emptyException } from './emptyException';
import { eta } from './eta';
import { expired } from './expired';
import { inSession } from './general/inSession';
import { lastWriteFailed } from './general/lastWriteFailed';
import { lostUpdate } from './lostUpdate';
import { messageMissing } from './messageMissing';
import { neverPublished } from './neverPublished';
import { noConsumer } from './noConsumer';
import { notSearched } from './general/notSearched';
import { pageInterrupted } from './pageInterrupted';
import { paused } from './paused';
import { prefetched } from './prefetched';
import { priorityStarved } from './priorityStarved';
import { recorded } from './general/recorded';
import { redeliveryPending } from './redeliveryPending';
import { resultFailure } from './resultFailure';
import { resultSuccess } from './resultSuccess';
import { resumedInError } from './general/resumedInError';
import { retryNotRecorded } from './retryNotRecorded';
import { retryWait } from './retryWait';
import { revoked } from './revoked';
import { running } from './general/running';
import { runsBesides } from './general/runsBesides';
import { sameNumber } from './general/sameNumber';
import { unregistered } from './unregistered';
import { untoldSession } from './general/untoldSession';
import { workerLost } from './workerLost';
import { workersDown } from './workersDown';

/**
 * Every rule. Among claims with the same verdict and confidence the first one names the cause, so special rules come before general
 * ones: what will happen to the message before where it waits.
 */
export const RULES: readonly Rule[] = [
  // Its run or its message was seen.
  crashLoop,
  running,
  inSession,
  runsBesides,
  paused,
  retryWait,
  eta,
  prefetched,
  redeliveryPending,
  expired,
  revoked,
  workersDown,
  noConsumer,
  priorityStarved,
  backlog,
  // What was seen may be its own.
  sameNumber,
  // Celery, the row, or what the task left behind has a record.
  unregistered,
  workerLost,
  circuitBreaker,
  resultFailure,
  resultSuccess,
  recorded,
  effectFound,
  // Nothing was seen or recorded: what the row's columns leave open.
  pageInterrupted,
  neverPublished,
  brokerWiped,
  messageMissing,
  lostUpdate,
  retryNotRecorded,
  lastWriteFailed,
  emptyException,
  resumedInError,
  // Places that were not searched.
  notSearched,
  untoldSession,
];
