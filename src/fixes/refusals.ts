import { ABOUT } from '../causes/about';
import type { Verdict } from '../model/verdict';
import type { FixRefusal, FixRow } from '../model/fix';
import { ENDED } from './scriptFor';
import { timeText } from './times';

/** Why there is no script for a row: rows with the same reason are counted together. */
export interface Reason {
  readonly verdict: Verdict;
  readonly why: string;
}

const TWICE = 'Dispatched again it would run twice.';

const UNDECIDED =
  'The evidence cannot decide whether it ran: marked DONE its work may be missing, dispatched again it may be done twice.';

/** The reason why rows with this verdict get no script. */
export function whyNot(row: FixRow): string {
  const { verdict, cause } = row;
  const own = cause === undefined ? undefined : ABOUT[cause].verdicts[verdict]?.refusal;
  switch (verdict) {
    case 'waiting':
      return `Nothing must be done: its message is in a queue. ${own ?? 'It runs when its turn comes.'} ${TWICE}`;
    case 'held':
      return `Nothing must be done: a worker took its message. ${own ?? 'It runs when the worker comes to it.'} ${TWICE}`;
    case 'running':
      return `Nothing must be done: a worker runs it now, and ends it by itself. ${TWICE}`;
    case 'finished':
      if (ENDED.includes(row.status)) return 'Nothing must be done: the row itself says how it ended.';
      return 'It left signs of having run that do not prove it: look at the evidence, and mark DONE only what you confirmed.';
    case 'lost':
      if (row.twin) {
        return 'Another row with the same task and arguments was made within a day and may have its work: look at that one first, and cancel this one where it did.';
      }
      if (own) return own;
      return row.twinUnknown && row.confidence !== 'possible'
        ? 'Whether another row with the same task and arguments has its work could not be told (arguments or created_at cannot be read, rows may be hidden from the check, or looking took too long): dispatched again it might run twice.'
        : 'It is only one reading of several that it is lost: look at its evidence first.';
    case 'failed':
      return `It ran and failed, or was thrown away, and why is for a person to decide. ${own ?? "Read its evidence and the worker's log first."} What still matters is dispatched again by hand then.`;
    case 'unknown':
      return `${UNDECIDED} An effect rule for its task type (celeryTasks.effects), the broker searched whole, or all workers asked (celeryTasks.askWorkers) would decide.`;
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
