import type { Problem } from '../../../base/problem';
import type { Answers } from './answers';
import type { PossibleWorkers } from './clients';
import type { Heard } from './heartbeats';

/** What was seen of the workers, in each of the three ways. */
export interface Seen {
  /** Null: CLIENT LIST is not shown to us. */
  readonly clients: PossibleWorkers | null;
  /** Null: no worker was asked. */
  readonly answers: Answers | null;
  /** Why no worker could be asked although that was wanted. */
  readonly askingFailed: Problem | null;
  /** Null: it was not listened. */
  readonly heard: Heard | null;
  /** Of the whole server; only where CLIENT LIST is not shown. */
  readonly blocked: number | null;
}

/** The conclusions that need all ways together. */
export interface Conclusions {
  readonly none: boolean;
  readonly settled: boolean;
  readonly deaf: number;
  /** Workers that received the questions and did not tell all they have. */
  readonly silent: number;
  /** Clients that take tasks and did not receive the question, deaf ones among them. */
  readonly unreachable: number;
  /** Running tasks whose rows are unknown. */
  readonly untold: number;
  /** Workers that were only heard. */
  readonly heardNames: readonly string[];
}
