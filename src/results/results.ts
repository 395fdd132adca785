/** The contract between a check and a result backend that is a server of its own; tables of databases are read beside it. */
import type { LookRun, ServerFacts } from '../brokers/broker';
import type { ResultReader } from '../model/facts';

/** A result backend that can be asked; nothing is connected before it is. */
export interface ResultBackend {
  /** `Redis at localhost:6379/1`, never with a password. */
  readonly name: string;
  /** Stands for the server, as that of a broker does. */
  readonly server: object;
  /**
   * Runs `work` while results can be looked up. A server that fails is named in the report of its reader; no exception is thrown.
   * @throws Problem `cancelled`, and what `work` throws
   */
  open<T>(run: Pick<LookRun, 'signal' | 'meter'>, work: (results: OpenResults) => Promise<T>): Promise<T>;
  /** Asks for any answer. @throws Problem why there is none */
  ping(signal: AbortSignal): Promise<void>;
}

export interface OpenResults {
  /** @param prefixes with which the application may name its keys */
  reader(prefixes: readonly string[]): ResultReader;
  /** The server, for the Diagnosis: where it is another one than the broker's. @throws Problem `cancelled` */
  server(): Promise<ServerFacts>;
}
