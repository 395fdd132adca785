import type { Evidence } from '../../diagnosis/verification';
import type { BrokerMessage, RowFacts, World } from '../../evidence/facts';
import { number } from '../../diagnosis/numbers';
import { duration, moment } from './words';

/** Of one row's messages at most so many are told. */
const TOLD = 3;

/** Where its messages are, or where they were looked for. */
export function brokerEvidence({ messages }: RowFacts, { broker, now }: World): Evidence[] {
  if (messages.length > 0) return messages.slice(0, TOLD).map((message) => seen(message, now));
  if (broker.report.state !== 'ok') return [says(`Not searched: ${broker.report.detail}.`)];
  if (!broker.found)
    return [
      says('This Redis has no queue of Celery (no _kombu.binding key): its broker is elsewhere, or was emptied.'),
    ];
  if (!broker.complete)
    return [
      says(
        `Not found in what was searched (${broker.searched}), which is not all: ${broker.incompleteBecause ?? 'unknown reason'}.`,
      ),
    ];
  return [says(`Nowhere: searched ${broker.searched}, by task id and by task_manager_id.`)];
}

function seen(message: BrokerMessage, now: number): Evidence {
  const about = [
    message.libraryAttempts === null ? null : `retry after attempt ${String(message.libraryAttempts)}`,
    message.eta === null ? null : `not before ${moment(message.eta)}`,
    message.expires === null ? null : `${message.expires <= now ? 'expired' : 'expires'} at ${moment(message.expires)}`,
    message.redelivered ? 'delivered before' : null,
  ].filter((part) => part !== null);
  const more = about.length === 0 ? '' : ` (${about.join(', ')})`;
  if (message.place === 'unacked') {
    const since =
      message.deliveredAt === null
        ? ''
        : ` ${duration(now - message.deliveredAt)} ago, at ${moment(message.deliveredAt)}`;
    return {
      source: 'broker',
      says: `A worker took its message from ${message.queue}${since} and has not acknowledged it${more}.`,
      supports: 'held',
    };
  }
  const list = message.priority === null || message.priority === 0 ? '' : ` with priority ${String(message.priority)}`;
  const place =
    message.position === null
      ? ''
      : `, ${number(message.position)} of ${number(message.listLength ?? message.position)}`;
  return {
    source: 'broker',
    says: `Its message is in queue ${message.queue}${list}${place}${more}.`,
    supports: 'waiting',
  };
}

function says(text: string): Evidence {
  return { source: 'broker', says: text };
}
