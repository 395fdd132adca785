import { decodeBase64 } from '../../../wire/base64';
import { parsePythonJson, parsePythonJsonBytes } from '../../../wire/pythonJson';
import { record, text, type JsonRecord } from '../../../wire/plainJson';
import { answerIn, type Answer } from '../../workers/answer';

export interface Envelope {
  readonly headers: JsonRecord;
  readonly body: unknown;
}

/**
 * A kombu message. Its body is undefined where it is not JSON: a worker whose `task_serializer` is pickle or yaml answers so too, and
 * that is never loaded.
 * @returns null when it is none
 */
export function decodeEnvelope(data: Buffer): Envelope | null {
  const message = record(parsePythonJsonBytes(data));
  const raw = message?.body;
  if (message === null || typeof raw !== 'string') return null;
  const encoding = text(record(message.properties)?.body_encoding);
  const json = message['content-type'] === 'application/json';
  const body = json ? (encoding === 'base64' ? decoded(raw) : parsePythonJson(raw)) : undefined;
  return { headers: record(message.headers) ?? {}, body };
}

function decoded(base64: string): unknown {
  const bytes = decodeBase64(base64);
  return bytes && parsePythonJsonBytes(bytes);
}

/** One worker's answer. */
export interface Reply {
  readonly ticket: string;
  /** Null where it is not JSON, which would have to be loaded to know whose it is. */
  readonly answer: Answer | null;
}

/** @returns null when it is not an answer under a ticket */
export function decodeReply(data: Buffer): Reply | null {
  const envelope = decodeEnvelope(data);
  const ticket = text(envelope?.headers.ticket);
  return ticket === null ? null : { ticket, answer: answerIn(envelope?.body) };
}
