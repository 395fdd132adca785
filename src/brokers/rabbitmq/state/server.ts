import { fieldsOf, textOf } from './fields';

/** The server and the account, as they say themselves. */
export interface ServerState {
  /** RabbitMQ or LavinMQ. */
  readonly product: string;
  /** Null where it does not say. */
  readonly version: string | null;
  readonly cluster: string;
  readonly user: string;
  /** The tag that gives the most rights. A user without any never gets here. */
  readonly tag: 'administrator' | 'monitoring' | 'management';
  /** The user sees every consumer, channel, connection and node, and not only those of its own. */
  readonly seesAll: boolean;
  /** `management_agent.disable_metrics_collector`: live totals are all there is. */
  readonly statsDisabled: boolean;
}

/** A version, and not what a server that is none may say. */
const WORD = /^[\w.+~:-]{1,50}$/;
/** The one with the most rights first. */
const TAGS = ['administrator', 'monitoring'] as const;

/** @param whoami and @param overview bodies of `/whoami` and `/overview` */
export function readServerState(whoami: unknown, overview: unknown): ServerState {
  const [who, server] = [fieldsOf(whoami), fieldsOf(overview)];
  const tags = tagsOf(who.tags);
  const tag = TAGS.find((each) => tags.includes(each)) ?? 'management';
  const product = textOf(server, 'product_name');
  const version =
    textOf(server, 'rabbitmq_version') || textOf(server, 'lavinmq_version') || textOf(server, 'product_version');
  return {
    product: /^lavinmq$/i.test(product) || 'lavinmq_version' in server ? 'LavinMQ' : 'RabbitMQ',
    version: WORD.test(version) ? version : null,
    cluster: textOf(server, 'cluster_name'),
    user: textOf(who, 'name'),
    tag,
    seesAll: tag !== 'management',
    statsDisabled: server.disable_stats === true,
  };
}

/** RabbitMQ before 3.9 writes them in one text with commas. */
function tagsOf(tags: unknown): readonly string[] {
  if (typeof tags === 'string') return tags.split(',').map((tag) => tag.trim());
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}
