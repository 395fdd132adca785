/** What a server says of itself: alarms, nodes that are down, and publishers whose messages find no queue. */
import { count, number } from '../../../base/numbers';
import { echo } from '../../../base/quoteInput';
import type { ConditionOf } from './condition';

/** An alarm, or a server that is too slow for its publishers, keeps messages in the processes that publish them. */
export const publishersBlocked: ConditionOf = ({ latest }) => {
  if (latest.alarms.length === 0)
    return latest.blocking === null || latest.blocking.length === 0
      ? []
      : [
          {
            kind: 'publishers-blocked',
            says: 'The server blocks connections that publish, so new tasks may wait in the processes that send them.',
          },
        ];
  return latest.alarms.map(({ resource, node }) => ({
    kind: 'publishers-blocked',
    resource,
    ...(node === null ? {} : { node }),
    says: `A ${resource} alarm${node === null ? '' : ` of node ${echo(node)}`} blocks all publishers, since when is not known: new tasks wait in the processes that send them.`,
  }));
};

export const nodeDown: ConditionOf = ({ latest }) =>
  latest.nodesDown.map((words) => ({
    kind: 'node-down',
    says: `${words.charAt(0).toUpperCase()}${words.slice(1)}, so queues there may hold messages that were not counted.`,
  }));

/**
 * A publisher that declared its queue keeps on publishing after the queue was deleted, and is told nothing. Celery's events are dropped as well
 * where nobody listens, by workers and by publishers, so a channel all of whose messages were dropped says nothing.
 */
export const unroutable: ConditionOf = ({ first }) => {
  const channels = (first.channels ?? []).filter(
    ({ vhost, consumers, published, unroutable: dropped }) =>
      (vhost === '' || vhost === first.vhost) && consumers === 0 && dropped > 0 && dropped < published,
  );
  if (channels.length === 0) return [];
  const dropped = channels.reduce((sum, channel) => sum + channel.unroutable, 0);
  const published = channels.reduce((sum, channel) => sum + channel.published, 0);
  return [
    {
      kind: 'unroutable',
      messages: dropped,
      says: `${count(channels.length, 'publisher')} sent ${number(dropped)} of ${count(published, 'message')} to no queue. They may be Celery's events, or tasks for a queue that was deleted.`,
    },
  ];
};
