/**
 * A result without an exception as Celery 5 usually writes it, read without taking its JSON apart. It must be written exactly so from its
 * first byte to its last; whatever is not is left to the parser.
 */
import { isoSeconds } from '../wire/celeryTime';
import type { ResultPayload } from './payloadTypes';

const WORD = '"[ !#-[\\]-~]*"';
/** Celery 5.2 to 5.6 `_get_result_meta`, of a task that returned a number, a plain text, or nothing. */
const PAYLOAD = new RegExp(
  [
    `^\\{"status": "([A-Z]{1,50})", "result": (null|true|false|-?(?:0|[1-9]\\d{0,14})|${WORD}), "traceback": null`,
    `"children": (null|\\[\\]), "date_done": (null|${WORD})(?:, "(?:group|parent)_id": ${WORD}){0,2}, "task_id": ${WORD}\\}$`,
  ].join(', '),
);
const MAX_BYTES = 2048;

/** @param withException states whose result says what was raised @returns undefined where it is not written as usual */
export function readUsualPayload(bytes: Buffer, withException: ReadonlySet<string>): ResultPayload | undefined {
  const match = bytes.length > MAX_BYTES ? null : PAYLOAD.exec(bytes.toString('latin1'));
  const state = match?.[1] ?? '';
  if (!match || withException.has(state)) return undefined;
  const doneAt = match[4] ?? 'null';
  return {
    state,
    exceptionType: null,
    exceptionMessage: null,
    returnedValue: state === 'SUCCESS' ? match[2] !== 'null' : null,
    byWorker: match[3] === '[]',
    doneAt: doneAt === 'null' ? null : isoSeconds(doneAt.slice(1, -1)),
    note: null,
  };
}
