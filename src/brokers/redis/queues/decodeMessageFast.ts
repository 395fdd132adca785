/**
 * A message as Celery 5 nearly always writes it (protocol 2, JSON in base64, not compressed, not redelivered), read without taking its
 * JSON apart, which is most of what a long queue costs. It must be written exactly so from its first byte to its last; whatever is not
 * is left to the parser. So this can refuse a message, and never read another one out of it.
 */
import { ROW_NUMBER } from '../../../base/libraryKwargs';
import { marksOf, marksOfPlainJson, type ArgumentMarks } from '../../../base/argumentMarks';
import { isoSeconds } from '../../../wire/celeryTime';
import { isObject, readKwargs, type LibraryKwargs } from '../../../wire/kwargs';
import type { ReadMessage } from './messageTypes';

/** Larger ones are few, and cost more for other reasons. */
const MAX_BYTES = 32 * 1024;
/** Of names: the parser cuts them. */
const MAX_NAME = 255;
const UUID_LENGTH = 36;

// Pieces of JSON as Python writes it: ASCII, everything else escaped. Each can end in one place only, so nothing is tried twice.
const PLAIN = '[ !#-[\\]-~]*';
const WORD = `"${PLAIN}"`;
const TEXT = `"${PLAIN}(?:\\\\(?:["\\\\/bfnrt]|u[\\da-f]{4})${PLAIN})*"`;
const WHOLE = '(?:0|[1-9]\\d{0,14})';
const VALUE = `(?:null|true|false|-?${WHOLE}|${TEXT})`;
const orNull = (piece: string): string => `(?:null|${piece})`;
const listOf = (piece: string): string => `(?:${piece}(?:, ${piece})*)?`;

const START = '{"body": "';
/** Behind the body: celery 5.2 to 5.6 `as_task_v2`, kombu 5.2 to 5.6 `prepare_message`, which add nothing but what is optional here. */
const ENVELOPE = new RegExp(
  [
    `", "content-encoding": "utf-8", "content-type": "application/json", "headers": \\{"lang": "py", "task": "(${PLAIN})"`,
    `"id": "([\\da-f-]+)", "shadow": ${orNull(WORD)}, "eta": (${orNull(WORD)}), "expires": (${orNull(WORD)})`,
    `"group": ${orNull(WORD)}, "group_index": ${orNull(WHOLE)}, "retries": (${WHOLE})`,
    `"timelimit": \\[${orNull(WHOLE)}, ${orNull(WHOLE)}\\], "root_id": ${orNull(WORD)}, "parent_id": ${orNull(WORD)}`,
    `"argsrepr": ${TEXT}, "kwargsrepr": ${TEXT}, "origin": ${WORD}`,
    `"ignore_result": (?:true|false)(?:, "replaced_task_nesting": ${WHOLE}, "stamped_headers": null, "stamps": \\{\\})?\\}`,
    `"properties": \\{"correlation_id": ${WORD}, "reply_to": ${WORD}, "delivery_mode": [12](?:, "expiration": ${WORD})?`,
    `"delivery_info": \\{"exchange": ${WORD}, "routing_key": ${WORD}\\}, "priority": ${WHOLE}, "body_encoding": "base64"`,
    `"delivery_tag": "([\\da-f-]+)"\\}\\}$`,
  ].join(', '),
  'y',
);
const MANAGER_ID = `"${ROW_NUMBER}": (${WHOLE})`;
const KWARG = `"(?!${ROW_NUMBER}"|attempts")\\w+": ${VALUE}`;
/** Arguments without lists and objects, no callbacks; the number of the row once or not at all. */
const BODY = new RegExp(
  `^\\[\\[(${listOf(VALUE)})\\], \\{((?:${MANAGER_ID}(?:, ${KWARG})*|${KWARG}(?:, ${KWARG})*(?:, ${MANAGER_ID}(?:, ${KWARG})*)?)?)\\}, ` +
    '\\{"callbacks": null, "errbacks": null, "chain": null, "chord": null\\}\\]$',
);

/** @returns what `readListItem` reads of the same bytes; undefined where they are not written as usual */
export function readUsualMessage(bytes: Buffer): ReadMessage | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  // A character for each byte: those that are not ASCII are refused.
  const text = bytes.toString('latin1');
  if (!text.startsWith(START)) return undefined;
  const end = text.indexOf('"', START.length);
  ENVELOPE.lastIndex = end;
  const match = end === -1 ? null : ENVELOPE.exec(text);
  if (!match) return undefined;
  // By index: this is the innermost of it all.
  const [task, taskId, tag] = [match[1] ?? '', match[2] ?? '', match[6] ?? ''];
  if (task.length > MAX_NAME || taskId.length !== UUID_LENGTH || tag.length !== UUID_LENGTH) return undefined;
  const read = argumentsOf(text.slice(START.length, end));
  if (read?.managerId === undefined) return undefined;
  const { managerId, libraryAttempts, marks } = read;
  return {
    told: {
      taskId,
      task,
      managerId,
      eta: timeOf(match[3]),
      expires: timeOf(match[4]),
      redelivered: false,
      libraryAttempts,
      retries: Number(match[5]),
    },
    tag,
    managerIdHiddenBy: null,
    marks,
  };
}

/** @param base64 of `[args, kwargs, {...}]` */
function argumentsOf(base64: string): (LibraryKwargs & { readonly marks: ArgumentMarks | null }) | undefined {
  try {
    const body = atob(base64);
    // Shorter: spaces were skipped, which are in the alphabet of neither side.
    if (body.length !== (base64.length / 4) * 3 - paddingOf(base64)) return undefined;
    const simple = BODY.exec(body);
    if (simple) {
      const managerId = wholeOf(simple[3] ?? simple[4]);
      const marks = managerId === null ? null : marksOfPlainJson(body, simple[1]?.length ?? 0, simple[2]?.length ?? 0);
      return { managerId, libraryAttempts: null, marks };
    }
    const value: unknown = JSON.parse(body);
    const [args, kwargs] = Array.isArray(value) ? (value as unknown[]) : [];
    if (!isObject(kwargs) || !/^[ -~]*$/.test(body)) return undefined;
    const library = readKwargs(kwargs);
    return { ...library, marks: library.managerId == null ? null : marksOf(args, kwargs) };
  } catch {
    return undefined;
  }
}

function wholeOf(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits);
}

function paddingOf(base64: string): number {
  return base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
}

/** @param value a text in quotes, or null */
function timeOf(value: string | undefined): number | null {
  return value === undefined || value === 'null' ? null : isoSeconds(value.slice(1, -1));
}
