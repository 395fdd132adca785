// @ts-check
/** Messages as Celery 5.5 with kombu 5.5 sends them (protocol 2, JSON), and as it puts them into Redis (body in base64). */
import { createHash } from 'node:crypto';

/**
 * @typedef {object} Message
 * @property {string} task full name
 * @property {string} id Celery's task id
 * @property {string} rootId id of the message that led to this one
 * @property {string} args JSON array, as text: numbers keep their digits
 * @property {string} kwargs JSON object, as text
 * @property {string} queue
 * @property {number} priority
 * @property {string | null} [eta] ISO 8601 with offset
 * @property {boolean} [redelivered]
 */

/**
 * What Celery sends by any transport.
 * @param {Omit<Message, 'queue' | 'priority' | 'redelivered'>} message
 * @returns {{ headers: Record<string, unknown>, body: string, replyTo: string }} body: in ASCII
 */
export function taskMessage({ task, id, rootId, args, kwargs, eta = null }) {
  return {
    headers: {
      lang: 'py',
      task,
      id,
      shadow: null,
      eta,
      expires: null,
      group: null,
      group_index: null,
      retries: 0,
      timelimit: [null, null],
      root_id: rootId,
      parent_id: rootId === id ? null : rootId,
      argsrepr: short(`(${repr(args).slice(1, -1)}${isSingle(args) ? ',' : ''})`),
      kwargsrepr: short(repr(kwargs)),
      origin: 'gen41@worker-1',
      ignore_result: true,
      replaced_task_nesting: 0,
      stamped_headers: null,
      stamps: {},
    },
    body: ascii(`[${args}, ${kwargs}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]`),
    replyTo: uuid('the publishing process'),
  };
}

/**
 * @param {Message} message
 * @returns {{ tag: string, text: string }} the delivery tag and the list item
 */
export function kombuMessage(message) {
  const { id, queue, priority, redelivered = false } = message;
  const { headers, body, replyTo } = taskMessage(message);
  const tag = uuid(`tag:${id}`);
  const envelope = {
    body: Buffer.from(body).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { ...headers, ...(redelivered ? { redelivered } : {}) },
    properties: {
      correlation_id: id,
      reply_to: replyTo,
      delivery_mode: 2,
      delivery_info: { exchange: '', routing_key: queue, ...(redelivered ? { redelivered } : {}) },
      priority,
      body_encoding: 'base64',
      delivery_tag: tag,
    },
  };
  return { tag, text: pythonJson(envelope) };
}

/**
 * The list of a queue for a priority: the platform's settings say `sep` ":" and eleven priority steps.
 * @param {string} queue
 * @param {number} priority kombu clamps it to 9
 */
export function listOf(queue, priority) {
  return priority === 0 ? queue : `${queue}:${Math.min(priority, 9)}`;
}

/**
 * A version 4 UUID that is the same for the same text.
 * @param {string} text
 */
export function uuid(text) {
  const hex = createHash('md5').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/**
 * JSON as Python's json.dumps writes it.
 * @param {unknown} value
 */
export function pythonJson(value) {
  const spaced = JSON.stringify(value).replaceAll(/("(?:[^"\\]|\\.)*")|([:,])/g, (_, text, sign) => text ?? `${sign} `);
  return ascii(spaced);
}

/** @param {string} text */
function ascii(text) {
  return text.replaceAll(/[\u007f-\uffff]/g, (char) => '\\u' + char.charCodeAt(0).toString(16).padStart(4, '0'));
}

/**
 * Python's repr of a JSON text.
 * @param {string} json
 */
function repr(json) {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g, (token) => {
    if (token === 'true') return 'True';
    if (token === 'false') return 'False';
    if (token === 'null') return 'None';
    /** @type {string} */
    const text = JSON.parse(token);
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    return quote + text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(quote, `\\${quote}`) + quote;
  });
}

/** @param {string} args JSON array */
function isSingle(args) {
  const value = JSON.parse(args);
  return Array.isArray(value) && value.length === 1;
}

/** Celery cuts these texts. @param {string} text */
function short(text) {
  return text.length > 1024 ? `${text.slice(0, 1021)}...` : text;
}
