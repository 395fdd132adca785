import type { Cause } from '../model/verdict';
import type { About } from './cause';
import { about as backlog } from './backlog';
import { about as brokerWiped } from './brokerWiped';
import { about as circuitBreaker } from './circuitBreaker';
import { about as crashLoop } from './crashLoop';
import { about as deadLettered } from './deadLettered';
import { about as effectFound } from './effectFound';
import { about as emptyException } from './emptyException';
import { about as eta } from './eta';
import { about as etaBlocked } from './etaBlocked';
import { about as expired } from './expired';
import { about as lostUpdate } from './lostUpdate';
import { about as messageMissing } from './messageMissing';
import { about as neverPublished } from './neverPublished';
import { about as noConsumer } from './noConsumer';
import { about as pageInterrupted } from './pageInterrupted';
import { about as paused } from './paused';
import { about as prefetched } from './prefetched';
import { about as priorityStarved } from './priorityStarved';
import { about as redeliveryPending } from './redeliveryPending';
import { about as resultFailure } from './resultFailure';
import { about as resultSuccess } from './resultSuccess';
import { about as retryNotRecorded } from './retryNotRecorded';
import { about as retryWait } from './retryWait';
import { about as revoked } from './revoked';
import { about as unregistered } from './unregistered';
import { about as workerLost } from './workerLost';
import { about as workersDown } from './workersDown';

/**
 * What is said about each cause. A bundle that uses this without `rules.ts`, like that of the report's page, contains no rule: in the
 * file of a cause, whatever only the rule needs is marked as pure. A test checks the page's bundle.
 */
export const ABOUT: Readonly<Record<Cause, About>> = {
  backlog,
  'no-consumer': noConsumer,
  'priority-starved': priorityStarved,
  'workers-down': workersDown,
  'eta-blocked': etaBlocked,
  eta,
  'retry-wait': retryWait,
  prefetched,
  'redelivery-pending': redeliveryPending,
  'worker-lost': workerLost,
  'crash-loop': crashLoop,
  'never-published': neverPublished,
  'broker-wiped': brokerWiped,
  'message-missing': messageMissing,
  unregistered,
  revoked,
  expired,
  'dead-lettered': deadLettered,
  'lost-update': lostUpdate,
  'retry-not-recorded': retryNotRecorded,
  'circuit-breaker': circuitBreaker,
  'page-interrupted': pageInterrupted,
  'empty-exception': emptyException,
  paused,
  'effect-found': effectFound,
  'result-success': resultSuccess,
  'result-failure': resultFailure,
};
