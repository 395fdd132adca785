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

interface ProblemOptions {
  readonly cause?: unknown;
  readonly commands?: readonly string[];
  readonly tried?: readonly string[];
}

/**
 * A failure told to a person: `message` is one sentence (what, why, what to do) and never holds a password.
 * The error it came from is in `cause`, for the developer's log only.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  /** Commands that put it right, each as a shell takes it. */
  readonly commands: readonly string[];
  /**
   * Addresses that were tried in vain: a person may know the right one. Empty where there was no address to try; undefined where the server
   * that was meant did answer.
   */
  readonly tried: readonly string[] | undefined;

  constructor(
    readonly kind: ProblemKind,
    message: string,
    { commands = [], tried, ...options }: ProblemOptions = {},
  ) {
    super(redact(message), options);
    this.commands = commands;
    this.tried = tried;
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
