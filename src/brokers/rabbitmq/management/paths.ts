/** What is read of a management API. Anything else is refused before it is sent: see `isAllowed`. */

/** A segment of a path: a name that is percent-encoded. RabbitMQ 3.10 takes `..` for the folder above, also after `queues/`. */
const NAME = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~!'()*%-]+";

/** Of the whole server, of a virtual host (V), and of a queue (Q). `get`, `aliveness-test` and `definitions` are none of them. */
const PATHS = [
  'whoami',
  'overview',
  'vhosts',
  'nodes',
  'connections',
  'channels',
  'health/checks/alarms',
  'consumers/V',
  'bindings/V',
  'exchanges/V',
  'policies/V',
  'operator-policies/V',
  'queues/V',
  'queues/V/Q',
];

const OPTIONS = ['disable_stats', 'enable_queue_totals', 'columns', 'page', 'page_size', 'lengths_age', 'lengths_incr'];

const ALLOWED = new RegExp(
  `^/(?:${PATHS.map((path) => path.replace(/[VQ]/g, () => NAME)).join('|')})(?:\\?(?:${OPTIONS.join('|')})=[\\w.,]+(?:&(?:${OPTIONS.join('|')})=[\\w.,]+)*)?$`,
);

/** Whether a path below `/api`, with its options, is one that only reads. */
export function isAllowed(path: string): boolean {
  return ALLOWED.test(path);
}

/** A path below `/api`. @param names of a virtual host and of a queue, as they are */
export function pathOf(
  [first, ...names]: readonly [string, ...string[]],
  options: Readonly<Record<string, string | number | true>> = {},
): string {
  const path = [`/${first}`, ...names.map(encodeURIComponent)].join('/');
  const text = Object.entries(options).map(([name, value]) => `${name}=${String(value)}`);
  return text.length === 0 ? path : `${path}?${text.join('&')}`;
}
