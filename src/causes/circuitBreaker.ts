import { constant, type Claim, type Rule } from './claim';
import { begun, mayRunUnseen } from './rowState';

const MET = constant<Claim>({
  verdict: 'failed',
  cause: 'circuit-breaker',
  confidence: 'likely',
  ifNowhere: 'queues',
  why: 'It met an open circuit breaker, and the library failed to publish its retry.',
  decidedBy: 'the log of the worker at its last run',
});
/** A second delivery may be in a worker's memory for a while, after the first one acknowledged for both. */
const MET_LATELY = constant<Claim>({ ...MET, ifNowhere: 'anywhere' });
const A_PAGE_MET = constant<Claim>({ ...MET, confidence: 'possible' });
const ENDED = constant<Claim>({
  verdict: 'finished',
  confidence: 'possible',
  ifNowhere: 'anywhere',
  why: 'One of its pages met an open circuit breaker, and another one ended.',
  decidedBy: 'the log of the worker at its last run',
});

/**
 * A circuit breaker was open. The library means to try again, but adds an int to a time, which raises TypeError before anything is
 * published (core/decorators.py `circuit_breaker_settings`, circuitbreaker 2.1): no retry ever comes. The text would be gone if it ran now.
 */
export const circuitBreaker: Rule = {
  name: 'circuit-breaker',
  situations: [14],
  apply: ({ row }, world) => {
    if (!begun(row) || row.message !== 'circuit-open') return undefined;
    if ((row.totalPages ?? 1) > 1) return [A_PAGE_MET, ENDED];
    return mayRunUnseen(row, world) ? MET_LATELY : MET;
  },
};
