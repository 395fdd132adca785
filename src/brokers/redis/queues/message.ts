import type { ReadMessage, TakenMessage } from './messageTypes';
/**
 * One message as kombu keeps it in Redis. Formats: celery 5.6.3 celery/app/amqp.py `as_task_v2`, `as_task_v1`;
 * kombu 5.6.2 kombu/transport/virtual/base.py `Message`, kombu/transport/redis.py `append` (unacked).
 */
import { marksOf, marksOfRepr, type ArgumentMarks } from '../../../base/argumentMarks';
import { isoSeconds } from '../../../wire/celeryTime';
import { isObject, readKwargs, wholeNumber } from '../../../wire/kwargs';
import { managerIdInRepr } from '../../../wire/kwargsRepr';
import { readBody, type Body } from '../../../wire/messageBody';
import { parsePythonJsonBytes } from '../../../wire/pythonJson';
import { readUsualMessage } from './decodeMessageFast';

type Fields = Readonly<Record<string, unknown>>;

const MAX_ID = 255;
const NOTHING: Fields = {};

/** Reads an item of a queue's list. @returns undefined where it is no message of Celery, or broken */
export function readListItem(item: Buffer): ReadMessage | undefined {
  return readUsualMessage(item) ?? parseListItem(item);
}

/** The same of any item, also of one that is not written as usual. */
export function parseListItem(item: Buffer): ReadMessage | undefined {
  return readEnvelope(parsePythonJsonBytes(item));
}

/** Reads a value of the hash `unacked`: `[message, exchange, routing_key]`. @returns undefined where it is none */
export function readTaken(value: Buffer): TakenMessage | undefined {
  const parts = parsePythonJsonBytes(value);
  if (!Array.isArray(parts)) return undefined;
  const [envelope, exchange, routingKey] = parts as unknown[];
  const message = readEnvelope(envelope);
  return message && { ...message, exchange: textOf(exchange), routingKey: textOf(routingKey) };
}

/** Where a list's item says that it was sent. @returns undefined where it does not say */
export function whereTo(item: Buffer): { readonly exchange: string; readonly routingKey: string } | undefined {
  const envelope = parsePythonJsonBytes(item);
  if (!isObject(envelope)) return undefined;
  const info = fields(fields(envelope.properties).delivery_info);
  return { exchange: textOf(info.exchange), routingKey: textOf(info.routing_key) };
}

function readEnvelope(envelope: unknown): ReadMessage | undefined {
  if (!isObject(envelope)) return undefined;
  const headers = fields(envelope.headers);
  const properties = fields(envelope.properties);
  const body = readBody(envelope);
  const decoded = 'value' in body ? body.value : undefined;
  // Protocol 2 has its fields in the headers and a list as body; protocol 1 has both in the body.
  const isSecond = typeof headers.task === 'string';
  const main = isSecond ? headers : fields(decoded);
  const [given, named] = Array.isArray(decoded) ? (decoded as unknown[]) : [];
  const [args, kwargs] = isSecond ? [given, named] : [main.args, main.kwargs];
  const taskId = idOf(main.id) || idOf(properties.correlation_id);
  if (taskId === '') return undefined;
  const library = isObject(kwargs) ? readKwargs(kwargs) : undefined;
  const managerId = library ? library.managerId : managerIdBeside(headers, body);
  return {
    told: {
      taskId,
      task: textOf(main.task),
      managerId: managerId ?? null,
      eta: isoSeconds(main.eta),
      expires: isoSeconds(main.expires),
      redelivered: headers.redelivered === true || fields(properties.delivery_info).redelivered === true,
      libraryAttempts: library?.libraryAttempts ?? null,
      retries: wholeNumber(main.retries) ?? 0,
    },
    tag: typeof properties.delivery_tag === 'string' ? properties.delivery_tag : null,
    managerIdHiddenBy: managerId === undefined ? hiddenBy(body, kwargs) : null,
    marks: managerId == null ? null : marksFrom(args, kwargs, headers),
  };
}

/** Of the arguments, or of what the headers say of them where the body was not decoded. */
function marksFrom(args: unknown, kwargs: unknown, headers: Fields): ArgumentMarks | null {
  return isObject(kwargs) ? marksOf(args, kwargs) : marksOfRepr(headers.argsrepr, headers.kwargsrepr, true);
}

/** For a body that was not decoded: what the headers say of it. Where it is broken, they may be too: that they name no id is no proof. */
function managerIdBeside(headers: Fields, body: Body): number | null | undefined {
  const id = managerIdInRepr(headers.kwargsrepr);
  const unreadable = 'unreadable' in body && !body.broken;
  return id === null && !unreadable ? undefined : id;
}

function hiddenBy(body: Body, kwargs: unknown): string {
  if ('unreadable' in body) return body.unreadable;
  return isObject(kwargs) ? 'an id that is no row number' : 'a body of another shape';
}

function idOf(value: unknown): string {
  return typeof value === 'string' || Number.isFinite(value) ? String(value).slice(0, MAX_ID) : '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_ID) : '';
}

function fields(value: unknown): Fields {
  return isObject(value) ? value : NOTHING;
}
