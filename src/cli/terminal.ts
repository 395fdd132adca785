import type { Messages } from './messages';
import type { Output } from './outputs';

/** The terminal as the command sees it. */
export interface Terminal {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly signal: AbortSignal;
  /** The working folder. */
  readonly folder: string;
  readonly stdout: Output;
  readonly messages: Messages;
}
