import { questionBody, type Method } from '../../workers/questions';

/*
 * A worker that cannot encode its own answer as JSON resets its mailbox and then, on Redis, neither hears nor takes tasks any more
 * (celery/worker/pidbox.py `on_message`; seen on Celery 5.2.6 and 5.6.3: `reserved` with a pickled set among the arguments, `stats` with a
 * Python class among the transport options). So the questions are put in the order of what their answers can hold.
 */

/**
 * The answers are text that the worker made itself, whatever its tasks and settings are: `active` with `safe` gives arguments as text,
 * and `registered` is asked for each task's serializer, which held.ts needs to know.
 */
export const HARMLESS_QUESTIONS = ['ping', 'active', 'registered', 'revoked'] as const satisfies Method[];

/** The answers hold pieces of the app's settings, which are hardly ever anything but JSON: put to one worker before the others. */
export const SETTINGS_QUESTIONS = ['active_queues', 'stats'] as const satisfies Method[];

/** The answers hold the tasks' arguments: only to workers whose tasks are all JSON. */
export const HOLDING_QUESTIONS = ['reserved', 'scheduled'] as const satisfies Method[];

export interface Question {
  readonly method: Method;
  /** Comes back in each answer's headers. */
  readonly ticket: string;
  /** Names of workers; null: all. Others stay silent. */
  readonly destination: readonly string[] | null;
  /** The list that answers are pushed to, without `global_keyprefix`: workers add it. */
  readonly replyList: string;
  readonly deliveryTag: string;
}

/** The fanout channel of Celery's mailbox (kombu 5.2.4 redis.py `_get_publish_topic`; `control_exchange` is `celery` by default). */
export function questionChannel(prefix: string, db: number): string {
  return `${prefix}/${String(db)}.celery.pidbox`;
}

/**
 * The message as `celery inspect` sends it (kombu 5.2.4 pidbox.py `_publish`), but for the answer's way: the anonymous exchange pushes
 * straight to the list, so no reply binding is needed.
 */
export function questionText(question: Question): string {
  const { method, ticket, destination, replyList } = question;
  const body = questionBody(method, ticket, destination, { exchange: '', routing_key: replyList });
  return JSON.stringify({
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { clock: 1 },
    properties: {
      delivery_mode: 2,
      delivery_info: { exchange: 'celery.pidbox', routing_key: '' },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: question.deliveryTag,
    },
  });
}
