import type { BrokerMessage } from '../../../model/facts';
import type { ArgumentMarks } from '../../../base/argumentMarks';

/** What the message itself says, wherever it lies. */
type Told = Pick<
  BrokerMessage,
  'taskId' | 'task' | 'managerId' | 'eta' | 'expires' | 'redelivered' | 'libraryAttempts' | 'retries'
>;

export interface ReadMessage {
  readonly told: Told;
  /** kombu's id of this message, the same in a list and in `unacked`; null where it has none. */
  readonly tag: string | null;
  /** Why `managerId` is not known, in a few words (`pickle`); null where it was read, or is certainly not there. */
  readonly managerIdHiddenBy: string | null;
  /** Of its arguments, to compare them with a row's; null where it has no `managerId`, or they could not be read. */
  readonly marks: ArgumentMarks | null;
}

/** A message that a worker took, with where it had been sent. */
export interface TakenMessage extends ReadMessage {
  readonly exchange: string;
  readonly routingKey: string;
}
