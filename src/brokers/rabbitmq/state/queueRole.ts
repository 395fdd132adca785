/** What a queue is for, by its name and its arguments: where a task's message may be, and where it never is. */

export type QueueRole =
  /** Celery's tasks, or anybody's messages: whatever is not known to be something else. */
  | 'tasks'
  /** Tasks that wait for their time (kombu 5.5 transport/native_delayed_delivery.py). */
  | 'delayed'
  /** Questions to one worker (kombu pidbox.py). */
  | 'mailbox'
  /** Answers, events and results: never tasks. */
  | 'other';

const MAILBOX = /^(.+)\.[^.]+\.pidbox$/;
const ANSWERS = /\.reply\.[^.]+\.pidbox$/;
const DELAYED = /^celery_delayed_(\d{1,2})$/;
/** Of Celery's events, of the server itself, and of the health check that declares one and leaves it behind. */
const NEVER_TASKS = /^(celeryev\.|amq\.gen-|aliveness-test$)/;
/** Results of `rpc://`. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param autoDelete whether it goes away with its last consumer */
export function roleOf(name: string, autoDelete: boolean): QueueRole {
  if (ANSWERS.test(name) || NEVER_TASKS.test(name) || (autoDelete && UUID.test(name))) return 'other';
  if (MAILBOX.test(name)) return 'mailbox';
  return DELAYED.test(name) ? 'delayed' : 'tasks';
}

/** Whether a task's message can be in such a queue. */
export function mayHoldTasks(role: QueueRole): boolean {
  return role === 'tasks' || role === 'delayed';
}

/** The level L of a queue of delayed tasks, which keeps each message for 2^L seconds; undefined for any other queue. */
export function delayLevel(name: string): number | undefined {
  const level = DELAYED.exec(name)?.[1];
  return level === undefined ? undefined : Number(level);
}

/** The name of the worker whose mailbox this is; undefined for any other queue. */
export function workerOfMailbox(name: string): string | undefined {
  return ANSWERS.test(name) ? undefined : MAILBOX.exec(name)?.[1];
}
