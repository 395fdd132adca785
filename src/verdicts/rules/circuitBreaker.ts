import type { Rule } from '../claim';
import { begun } from '../fingerprints';

/**
 * A circuit breaker was open. The library means to try again, but adds an int to a time, which raises TypeError before anything is
 * published (core/decorators.py `circuit_breaker_settings`, circuitbreaker 2.1): no retry ever comes. The text would be gone if it ran now.
 */
export const circuitBreaker: Rule = {
  name: 'circuit-breaker',
  situations: [14],
  apply: ({ row }) =>
    begun(row) && row.message === 'circuit-open'
      ? {
          verdict: 'failed',
          cause: 'circuit-breaker',
          // A second delivery may be in a worker's memory, after the first one acknowledged for both.
          confidence: 'likely',
          ifNowhere: 'queues',
          why: 'It met an open circuit breaker, and the library failed to publish its retry.',
          decidedBy: 'the log of the worker at its last run',
        }
      : undefined,
};
