/**
 * The contract between a check and the broker of Celery. Each kind of broker is a folder with one implementation and a line in `index.ts`;
 * nothing outside that folder knows which one is read.
 */
import type { Diagnosis } from '../model/diagnosis';
import type { SourceReport } from '../model/sources';
import type { BrokerView, Losses, WorkersView } from '../model/facts';
import type { ProgressSteps, StepId } from '../model/progress';
import type { Meter } from '../ports/meter';

/** What a check wants to know, and what it may do for that. */
export interface BrokerQuestions {
  /** Workers may be asked, which publishes to them. Otherwise nothing is sent that anybody else receives. */
  readonly askWorkers: boolean;
  /** Messages that are read at most, over all queues and workers, or queues where messages are only counted (celeryTasks.maxQueueScan). */
  readonly maxMessages: number;
  /** The results are on the same server, which the facts about it mention. */
  readonly alsoResults: boolean;
}

/** One look of one check. */
export interface LookRun {
  readonly signal: AbortSignal;
  readonly progress: ProgressSteps;
  readonly meter: Meter;
}

/** What the Diagnosis says of a server, under the name of its kind. */
export type ServerFacts = Omit<Partial<Diagnosis['infrastructure']>, 'postgres' | 'queues' | 'workers'>;

/** What a broker reported. Where something could not be read, its report says why, and nothing follows from it. */
export interface BrokerLook {
  readonly messages: BrokerView;
  readonly workers: WorkersView;
  readonly losses: Losses;
  readonly server: ServerFacts;
  /** Reports besides those of `messages` and `workers`: they come last among a check's sources. */
  readonly reports: readonly SourceReport[];
  /**
   * Looks once more at what changes while rows are read, when the snapshot of the rows has begun: only what was so before and after that
   * is true of the rows. Takes one step of progress, `AGAIN_STEP`. Absent where the first look is enough.
   * @returns both views in place of the first ones @throws Problem `cancelled`
   */
  readonly again?: (run: LookRun) => Promise<Pick<BrokerLook, 'messages' | 'workers'>>;
}

/** A broker that can be asked; nothing is connected before it is. */
export interface Broker {
  /** What people call it, with its address: `RabbitMQ at localhost:5672/shop`, never with a password. */
  readonly name: string;
  /** Stands for the server: a result backend with the same object is on the same one. */
  readonly server: object;
  /**
   * Searches the queues and looks for workers, which are two steps of `run.progress` (`BROKER_STEPS`). Changes nothing.
   * The reports name a server that fails; no exception does.
   * @throws Problem `cancelled`
   */
  look(questions: BrokerQuestions, run: LookRun): Promise<BrokerLook>;
  /** Whether a look is made in two parts (`BrokerLook.again`). */
  readonly looksAgain?: true;
  /** Asks for any answer. @throws Problem why there is none */
  ping(signal: AbortSignal): Promise<void>;
  /** The same, and what its user may read; absent where any answer means everything. @throws Problem as `ping` does */
  access?(signal: AbortSignal): Promise<BrokerAccess>;
}

/** What a test of the way to a broker found. */
export interface BrokerAccess {
  /** Sentences for people: which way works, as which user, and what is not shown to it. Never a password. */
  readonly says: string;
  /** Commands for whoever runs the server: they make a user who may read what a check needs, and nothing else. */
  readonly commands?: readonly string[];
  /** Addresses of an API for administrators that were tried in vain: a person may know the right one. Absent where it answers. */
  readonly tried?: readonly string[];
}

/** The steps of progress of one look, in this order; the second is one of two. */
export const STEPS = {
  search: 'Searching the queues of the broker',
  ask: 'Asking the workers',
  listen: 'Looking for workers',
  again: 'Counting the messages a second time',
} as const;

/** Their ids; a broker that cannot be read takes both too. */
export const BROKER_STEPS: readonly StepId[] = ['broker', 'workers'];

/** That of a second look (`BrokerLook.again`), after the scan. */
export const AGAIN_STEP: StepId = 'again';
