/**
 * The questions that may be put to a worker, with their arguments. There is no way to send another: the rest of Celery's remote control
 * either changes workers (revoke, shutdown, pool_*, add_consumer, rate_limit, ...), is costly (memdump, objgraph), spreads state
 * (hello) or tells secrets (conf).
 */
const METHODS = {
  ping: {},
  active: { safe: true },
  reserved: {},
  scheduled: {},
  active_queues: {},
  registered: { taskinfoitems: ['serializer'] },
  stats: {},
  revoked: {},
} as const;

export type Method = keyof typeof METHODS;

/** Where workers send an answer: an exchange, and a key by which it finds its way. */
export interface ReplyTo {
  readonly exchange: string;
  readonly routing_key: string;
}

/**
 * What a question says, as `celery inspect` does (kombu 5.2.4 pidbox.py `_publish`).
 * @param ticket comes back in each answer's headers
 * @param destination names of workers, others stay silent; null: all
 */
export function questionBody(
  method: Method,
  ticket: string,
  destination: readonly string[] | null,
  replyTo: ReplyTo,
): object {
  return {
    method,
    arguments: METHODS[method],
    destination,
    pattern: null,
    matcher: null,
    ticket,
    reply_to: replyTo,
  };
}
