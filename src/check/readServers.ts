import { AGAIN_STEP, BROKER_STEPS, type Broker, type BrokerLook, type LookRun } from '../brokers/broker';
import { NOT_NAMED, notRead } from '../brokers/notRead';
import { unavailable } from '../brokers/unavailable';
import type { BrokerView, Losses, ResultReader, WorkersView } from '../model/facts';
import type { ServerFacts } from '../brokers/broker';
import type { StepId } from '../model/progress';
import type { SnapshotSource } from '../ports/database';
import type { SourceReport } from '../model/sources';
import { Problem } from '../base/problem';
import type { CheckSources, VerificationOptions } from './options';
import { noResults } from '../results/noResults';
import type { OpenResults, ResultBackend } from '../results/results';

/** Steps of progress that one look outside makes. */
export const LOOK_STEPS = BROKER_STEPS;

/** Everything known from outside PostgreSQL. It is read before the rows, so that a message which moves meanwhile moves its row too. */
export interface Outside {
  readonly broker: BrokerView;
  readonly workers: WorkersView;
  /** What was seen of both, looked at once more after the snapshot of the rows has begun (`seenAgain`). */
  readonly again?: BrokerLook['again'];
  readonly losses: Losses;
  /** The servers of broker and results, for the Diagnosis. */
  readonly servers: ServerFacts;
  /** What else was asked of them: the last among a check's sources. */
  readonly reports: readonly SourceReport[];
  /** Broker and results are on one server. */
  readonly oneServer: boolean;
  /** Open while `work` runs. */
  readonly results: ResultReader;
  /** Not opened yet: a transaction that waits is ended by the server. */
  readonly resultsDatabase: SnapshotSource | Problem | undefined;
}

/**
 * Reads broker and workers, and runs `work` while the results can be looked up. A server that fails is a report, never an exception.
 * @throws Problem `cancelled`, and what `work` throws
 */
export async function lookOutside<T>(
  { broker, results, resultsDatabase }: CheckSources,
  { askWorkers, maxQueueScan }: VerificationOptions,
  run: LookRun,
  work: (outside: Outside) => Promise<T>,
): Promise<T> {
  const oneServer = serverOf(broker) === serverOf(results);
  return await openResults(results, run, async (open) => {
    const questions = { askWorkers, maxMessages: maxQueueScan, alsoResults: oneServer };
    const { messages, workers, losses, server, reports, again } = await lookAt(broker, questions, run);
    return await work({
      broker: messages,
      workers,
      ...(again ? { again } : {}),
      losses,
      servers: withConditions({ ...server, ...(oneServer ? {} : await open.server()) }, messages),
      reports,
      oneServer,
      results: open.reader(messages.prefixes),
      resultsDatabase,
    });
  });
}

/** The step of `seenAgain`, where the broker makes one. */
export function againSteps(broker: CheckSources['broker']): readonly StepId[] {
  return broker && !(broker instanceof Problem) && broker.looksAgain ? [AGAIN_STEP] : [];
}

/**
 * The same after a second look where the broker needs one. Call it when the snapshot of the rows has begun, and before they are judged.
 * Who only wants to know which messages were seen does not need it: a broker that looks twice shows none.
 * @throws Problem `cancelled`
 */
export async function seenAgain(outside: Outside, run: LookRun): Promise<Outside> {
  if (!outside.again) return outside;
  const { messages, workers } = await outside.again(run);
  return { ...outside, broker: messages, workers, servers: withConditions(outside.servers, messages) };
}

/** What a broker said of itself in its last look goes where the Diagnosis names its server. */
function withConditions(servers: ServerFacts, { conditions }: BrokerView): ServerFacts {
  return servers.broker && conditions ? { ...servers, broker: { ...servers.broker, conditions } } : servers;
}

/** One Problem is one server that cannot be read: broker and results may share it. */
function serverOf(source: Broker | ResultBackend | Problem | undefined): object | undefined {
  return source instanceof Problem ? source : source?.server;
}

async function lookAt(
  broker: Broker | Problem | undefined,
  questions: Parameters<Broker['look']>[0],
  run: LookRun,
): Promise<BrokerLook> {
  if (broker === undefined) return notRead(NOT_NAMED, questions.askWorkers, run);
  if (broker instanceof Problem) return notRead(unavailable(broker), questions.askWorkers, run);
  return await broker.look(questions, run);
}

async function openResults<T>(
  results: ResultBackend | Problem | undefined,
  run: LookRun,
  work: (open: OpenResults) => Promise<T>,
): Promise<T> {
  if (results === undefined) return await work(noResults(NOT_NAMED));
  if (results instanceof Problem) return await work(noResults(unavailable(results)));
  return await results.open(run, work);
}
