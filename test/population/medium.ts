/** Where a world's messages are: everything that depends on the kind of its broker. */
import type { Random } from '../support/random';
import type { Remembered } from './trace';
import type { Place } from './truth';

export interface Medium {
  /** Of 127.0.0.1. Workers reach it through a link, by another port. */
  readonly port: number;
  /** Celery's settings of a process that reaches the broker by this port. */
  settings(port: number): Readonly<Record<string, unknown>>;
  /** What the built command is told: variables of its environment. */
  readonly checked: Readonly<Record<string, string>>;
  /** Where the messages of rows really are. @param memory what living workers remember */
  places(memory: readonly Remembered[]): Promise<Map<number, Place[]>>;
  /** Nothing waits in a queue that somebody consumes. */
  idle(): Promise<boolean>;
  /** All messages of all queues go. */
  flush(): Promise<void>;
  /** One message goes, if there is one. */
  deleteMessage(random: Random): Promise<void>;
  /** One client loses its line. */
  cutClient(random: Random): Promise<void>;
  /** Every time in it moves back. */
  makeOlder(seconds: number): Promise<void>;
  /** The broker of another environment, with the same queues. @returns its URL, and what the built command is told to look there */
  openStaging(): Promise<{ readonly url: string; readonly checked: Readonly<Record<string, string>> }>;
  stop(): Promise<void>;
}
