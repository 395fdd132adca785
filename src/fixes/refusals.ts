import type { Cause, Verdict } from '../model/verdict';
import type { FixRefusal, FixRow } from '../model/fix';
import { timeText } from './times';

/** Why there is no script for a row: rows with the same reason are counted together. */
export interface Reason {
  readonly verdict: Verdict;
  readonly why: string;
}

/**
 * Statuses of finished rows that stay as they are: REVERSED was done and then undone. An ERROR may be false, as the admin's Resume leaves
 * one on rows that are finished.
 */
export const ENDED: readonly string[] = ['DONE', 'REVERSED'];

const TWICE = 'Dispatched again it would run twice.';

const WAITING: Readonly<Partial<Record<Cause, string>>> = {
  'workers-down': 'It runs by itself as soon as a worker is started.',
  'no-consumer': 'It runs by itself as soon as a worker consumes its queue.',
  'priority-starved': 'It runs when the lists that are served first are empty.',
  eta: 'It waits for the time that was set for it.',
  'retry-wait': 'It waits for the time of its retry.',
  'redelivery-pending': 'Its message comes back to the queue after the visibility timeout, once a worker is up.',
  'crash-loop': 'It comes back again and again: read the log of the worker before anything else.',
  paused: 'The worker that takes its message throws it away, because the row is paused.',
  revoked: 'The worker that takes its message throws it away, because it was revoked.',
  expired: 'The worker that takes its message throws it away, because it has expired.',
};

const UNDECIDED =
  'The evidence cannot decide whether it ran: marked DONE its work may be missing, dispatched again it may be done twice.';

const UNKNOWN: Readonly<Partial<Record<Cause, string>>> = {
  'lost-update':
    "An effect rule for its task type (celeryTasks.effects), or the worker's log for its task id, would decide.",
};

const LOST: Readonly<Partial<Record<Cause, string>>> = {
  'page-interrupted':
    "It stands between two pages, and only the worker's log says whether the last one ended: dispatch it by hand, with page=current_page-1 to repeat that page or page=current_page to go on.",
  paused:
    'Somebody paused it: it throws its message away while it is PAUSED. Ask who paused it; to run it, set PENDING first.',
};

const FAILED: Readonly<Partial<Record<Cause, string>>> = {
  unregistered: 'A worker did not know its task: deploy the right code first.',
  revoked: 'It was revoked, which somebody decided.',
  expired: 'It was past the time that was set for it.',
  'worker-lost': 'Its worker ended while it ran, and what it had done by then stays done.',
  'circuit-breaker': 'The service that it needs was not there: see that it answers first.',
};

/** The reason why rows with this verdict get no script. */
export function whyNot(row: FixRow): string {
  const { verdict, cause } = row;
  const of = (words: Readonly<Partial<Record<Cause, string>>>, otherwise: string): string =>
    (cause === undefined ? undefined : words[cause]) ?? otherwise;
  switch (verdict) {
    case 'waiting':
      return `Nothing must be done: its message is in a queue. ${of(WAITING, 'It runs when its turn comes.')} ${TWICE}`;
    case 'held':
      return `Nothing must be done: a worker took its message. ${of(WAITING, 'It runs when the worker comes to it.')} ${TWICE}`;
    case 'running':
      return `Nothing must be done: a worker runs it now, and ends it by itself. ${TWICE}`;
    case 'finished':
      if (ENDED.includes(row.status)) return 'Nothing must be done: the row itself says how it ended.';
      return 'It left signs of having run that do not prove it: look at the evidence, and mark DONE only what you confirmed.';
    case 'lost':
      if (row.twin) {
        return 'Another row with the same task and arguments was made within a day and may have its work: look at that one first, and cancel this one where it did.';
      }
      return of(
        LOST,
        row.twinUnknown && row.confidence !== 'possible'
          ? 'Whether another row with the same task and arguments has its work could not be told (arguments or created_at cannot be read, rows may be hidden from the check, or looking took too long): dispatched again it might run twice.'
          : 'It is only one reading of several that it is lost: look at its evidence first.',
      );
    case 'failed':
      return `It ran and failed, or was thrown away, and why is for a person to decide. ${of(FAILED, "Read its evidence and the worker's log first.")} What still matters is dispatched again by hand then.`;
    case 'unknown':
      return `${UNDECIDED} ${of(UNKNOWN, 'An effect rule for its task type (celeryTasks.effects), the broker searched whole, or all workers asked (celeryTasks.askWorkers) would decide.')}`;
  }
}

/** Counts rows by verdict and reason, most rows first, and says until when they resolve where that is known. */
export class Refusals {
  private readonly reasons = new Map<string, { reason: Reason; rows: number; from?: string; to?: string }>();

  /** @param why the reason; by default that of the row's verdict */
  add(row: FixRow, why = whyNot(row)): void {
    const key = `${row.verdict} ${why}`;
    const known = this.reasons.get(key) ?? { reason: { verdict: row.verdict, why }, rows: 0 };
    known.rows++;
    const at = row.resolvesAt;
    if (at !== undefined) {
      if (known.from === undefined || at < known.from) known.from = at;
      if (known.to === undefined || at > known.to) known.to = at;
    }
    this.reasons.set(key, known);
  }

  list(): FixRefusal[] {
    return [...this.reasons.values()]
      .sort((a, b) => b.rows - a.rows)
      .map(({ reason, rows, from, to }) => ({
        verdict: reason.verdict,
        rows,
        why: [reason.why, ...resolves(from, to)].join(' '),
      }));
  }
}

function resolves(from: string | undefined, to: string | undefined): string[] {
  if (from === undefined || to === undefined) return [];
  const [first, last] = [timeText(from), timeText(to)];
  return [first === last ? `It resolves at ${first}.` : `The first resolves at ${first}, the last at ${last}.`];
}
