import { foreignWords } from './foreignWords';
import { redact } from './redact';

/** What went wrong, in fixed words, so that every view can choose its one action. */
export type ProblemKind =
  | 'not-configured'
  | 'refused'
  | 'host-not-found'
  | 'unreachable'
  | 'authentication'
  | 'database-missing'
  | 'table-missing'
  | 'wrong-table'
  | 'permission'
  | 'too-many-connections'
  | 'tls'
  | 'timeout'
  | 'lock'
  | 'connection-lost'
  | 'cancelled'
  | 'invalid'
  | 'unknown';

/**
 * A failure told to a person: `message` is one sentence (what, why, what to do) and never holds a password.
 * The error it came from is in `cause`, for the developer's log only.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly kind: ProblemKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(redact(message), options);
  }
}

/** @returns the Problem that was thrown; anything else that was thrown becomes one of kind `unknown` */
export function toProblem(error: unknown): Problem {
  return error instanceof Problem
    ? error
    : new Problem('unknown', `Something unexpected failed (${foreignWords(error)}).`, { cause: error });
}

/** The one form of "the user stopped it". */
export function cancelled(): Problem {
  return new Problem('cancelled', 'The check was cancelled.');
}

/** Throws the cancelled Problem when `signal` has been aborted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}
