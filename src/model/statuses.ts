/** Statuses after which the library never touches a row again (celery-task-manager 1.11.4, models.py). Any other, also one we never heard of, is non-terminal. */
export const TERMINAL_STATUSES = ['DONE', 'CANCELLED', 'REVERSED', 'ERROR', 'ABORTED'] as const;

const KNOWN_STATUSES: readonly string[] = [...TERMINAL_STATUSES, 'SCHEDULED', 'PENDING', 'PAUSED'];

/** Says whether rows in `status` are finished. */
export function isTerminal(status: string): boolean {
  return (TERMINAL_STATUSES as readonly string[]).includes(status);
}

/** Writes a known status as the library does (`scheduled` becomes `SCHEDULED`); an unknown one stays as it was typed. */
export function canonicalStatus(status: string): string {
  const upper = status.toUpperCase();
  return KNOWN_STATUSES.includes(upper) ? upper : status;
}
