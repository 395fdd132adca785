import { constant, type Claim, type TaskManagerRule } from './claim';
import { begun, mayRunUnseen } from './helpers';
import type { About } from './cause';
import { LIBRARY_FILE, type LibraryPatch } from './libraryPatch';

/** Corrects the fault in the library. */
export const patch: LibraryPatch = {
  kind: 'patch',
  title: 'the retry after an open circuit breaker is never sent',
  action: `In ${LIBRARY_FILE} turn RECOVERY_TIMEOUT, a number of seconds, into a timedelta`,
  why: 'In circuitbreaker 2.1 the recovery time is an int, and adding an int to a time raises TypeError.',
  hunk: [
    '@@ -5,1 +5,1 @@',
    '-from datetime import datetime',
    '+from datetime import datetime, timedelta',
    '@@ -111,1 +111,1 @@',
    '-        return {"eta": timezone.now() + e._circuit_breaker.RECOVERY_TIMEOUT}',
    '+        return {"eta": timezone.now() + timedelta(seconds=e._circuit_breaker.RECOVERY_TIMEOUT)}',
  ],
};

export const about: About = {
  meaning: 'a circuit breaker was open, and the retry was never sent',
  phrase: '{tasks} met an open circuit breaker',
  verdicts: {
    failed: {
      refusal: 'The service that it needs was not available: make sure that it answers first.',
      advice: ['circuit-breaker'],
    },
  },
  cure: patch,
};

const MET = /* @__PURE__ */ constant<Claim>({
  verdict: 'failed',
  cause: 'circuit-breaker',
  confidence: 'likely',
  ifNowhere: 'queues',
  why: 'It met an open circuit breaker, and the library failed to publish its retry.',
  decidedBy: "check the worker's log at its last run",
});
/** For a while a worker may hold a second delivery, because the first one acknowledged both. */
const MET_LATELY = /* @__PURE__ */ constant<Claim>(MET, { ifNowhere: 'anywhere' });
const A_PAGE_MET = /* @__PURE__ */ constant<Claim>(MET, { confidence: 'possible' });
const ENDED = /* @__PURE__ */ constant<Claim>({
  verdict: 'finished',
  confidence: 'possible',
  ifNowhere: 'anywhere',
  why: 'One of its pages met an open circuit breaker, and another page completed.',
  decidedBy: "check the worker's log at its last run",
});

/**
 * A circuit breaker was open. The library tries to publish a retry, but it adds an int to a time, which raises TypeError first
 * (core/decorators.py `circuit_breaker_settings`, circuitbreaker 2.1), so no retry ever comes. A run at this moment would have cleared the text.
 */
export const circuitBreaker: TaskManagerRule = {
  name: 'circuit-breaker',
  situations: [14],
  for: 'celery-task-manager',
  apply: ({ row }, world) => {
    if (!begun(row) || row.library.message !== 'circuit-open') return undefined;
    if (row.runs.inParts) return [A_PAGE_MET, ENDED];
    return mayRunUnseen(row, world) ? MET_LATELY : MET;
  },
};
