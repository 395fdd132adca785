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

const TWICE = 'If dispatched again, it would run twice.';

const UNDECIDED =
  'The evidence does not show whether it ran. If it is marked as DONE, its work may be missing. If it is dispatched again, its work may be done twice.';

/** The reason why rows with this verdict get no script. */
export function whyNot(row: FixRow): string {
  const { verdict, cause } = row;
  const own = cause === undefined ? undefined : ABOUT[cause].verdicts[verdict]?.refusal;
  switch (verdict) {
    case 'waiting':
      return `No action needed: the message is queued. ${own ?? 'It runs when its turn comes.'} ${TWICE}`;
    case 'held':
      return `No action needed: a worker took the message. ${own ?? 'It runs when the worker gets to it.'} ${TWICE}`;
    case 'running':
      return `No action needed: a worker is running it now. ${TWICE}`;
    case 'finished':
      if (ENDED.includes(row.status)) return 'No action needed: the row itself shows how it ended.';
      return 'It left signs of having run, which do not prove that it ran. Look at the evidence, and mark as DONE only what you confirmed.';
    case 'lost':
      if (row.twin) {
        return 'Another row with the same task and arguments was created within a day and may have done the work. Look at that row first. If it did, cancel this one.';
      }
      if (own) return own;
      return row.twinUnknown && row.confidence !== 'possible'
        ? 'Another row with the same task and arguments may have done the work, but the check could not find out (arguments or created_at cannot be read, rows may be hidden from the check, or the search took too long). If dispatched again, it might run twice.'
        : 'That it is lost is only one of several explanations: look at the evidence first.';
    case 'failed':
      return `It ran and failed, or it was discarded. ${own ?? "Read its evidence and the worker's log first."} Then dispatch by hand what still matters.`;
    case 'unknown':
      return `${UNDECIDED} To settle it, add an effect rule for its task type (celeryTasks.effects), let the check search the whole broker, or ask all workers (celeryTasks.askWorkers).`;
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
