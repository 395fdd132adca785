import type { CheckSources } from '../../src/check/options';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { SourceReport } from '../../src/model/sources';
import type { Problem, ProblemKind } from '../../src/base/problem';
import type { ProgressEvent } from '../../src/model/progress';
import type { Random } from '../support/random';
import type { Bench, RabbitPlace } from './bench';

/** One way in which the world can fail while a check runs. A new fault is one such object in one of the lists of `all.ts`. */
export interface Fault {
  /** In words, unique: the first column of the table. */
  readonly name: string;
  /** Makes the fault, on real servers, and says how the check is run into it. */
  readonly inject: (bench: Bench, random: Random) => Promise<Attack>;
  readonly expected: Expected;
  /** The check must have ended by then, in milliseconds (default 15,000). */
  readonly within?: number;
  /** Waits out a timeout of half a minute: in a long run it comes once. */
  readonly slow?: boolean;
  /** Needs a file system of its own, which not every machine lets us mount. */
  readonly needsMount?: boolean;
}

/** The check that runs into the fault. What is left out is as in a good check. */
export interface Attack {
  /** Where the person's settings point. */
  readonly databaseUrl?: string;
  readonly brokerUrl?: string;
  readonly resultsUrl?: string;
  /** In place of the Redis that is the broker. */
  readonly rabbit?: RabbitPlace;
  readonly table?: string;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Called at each step of the check; may abort it. */
  readonly onProgress?: (event: ProgressEvent, stop: AbortController) => void;
  /** Called when the check begins, and runs beside it; its failure is a failure of the test. */
  readonly meanwhile?: (stop: AbortController) => Promise<void>;
  /** In place of `diagnose` with all of the above: the command, or several checks. */
  readonly run?: (good: () => CheckSources) => Promise<Seen>;
  /** Takes the fault away, after which the next check must work. */
  readonly heal?: () => Promise<void>;
  /** What must not be in any text besides the bench's own passwords. */
  readonly secrets?: readonly string[];
}

/** What came of a check: one of the first two, or both where the result is there and something after it failed. */
export interface Seen {
  readonly diagnosis?: Diagnosis;
  readonly problem?: Pick<Problem, 'kind' | 'message'>;
  /** Everything else that was printed. */
  readonly texts: readonly string[];
}

export type Expected =
  /** No result, and this sentence. */
  | { readonly ends: 'problem'; readonly kind: ProblemKind; readonly says: RegExp }
  /** All types, counts and samples; these sources say that they could not be read. */
  | { readonly ends: 'partial'; readonly unavailable: readonly SourceReport['name'][]; readonly says: RegExp }
  /** All types, counts and samples; the broker says this, and nothing follows from its numbers. */
  | { readonly ends: 'unbounded'; readonly says: RegExp }
  /** As if nothing had been. */
  | { readonly ends: 'whole' }
  /** Cancelled, or whole where the cancel came after the end. */
  | { readonly ends: 'cancelled' }
  /** The whole result, and this sentence about what came after it. */
  | { readonly ends: 'whole, and a sentence'; readonly says: RegExp };
