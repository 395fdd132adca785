import type { RowState } from '../../model/stuckRow';
import type { TableStatuses } from '../table';

/** The statuses of celery-task-manager 1.11.4 (models.py). It never touches a row again whose status is an ended one, except after ERROR. */
export const STATUSES = {
  queued: ['SCHEDULED'],
  running: ['PENDING'],
  waiting: [],
  ended: ['DONE', 'CANCELLED', 'REVERSED', 'ERROR', 'ABORTED'],
  open: ['PAUSED'],
} as const satisfies TableStatuses;

const STATES = new Map<string, RowState>(
  (['queued', 'running', 'waiting', 'ended'] as const).flatMap((state) =>
    STATUSES[state].map((status) => [status, state] as const),
  ),
);

/** Any status that is not known, also one that no release has, is that of a row that is open. */
export function stateOf(status: string): RowState {
  return STATES.get(status) ?? 'open';
}
