import type { BrokerCondition } from '../../../model/diagnosis';
import type { ConditionOf, Seen } from './condition';
import {
  consumerTimeout,
  deadLetters,
  delayed,
  deliveryLimit,
  expiredCounted,
  messagesExpire,
  queueExpires,
} from './queueConditions';
import { nodeDown, publishersBlocked, unroutable } from './serverConditions';
import {
  consumesNothing,
  etaBlocked,
  globalQos,
  mailboxesRefused,
  noHeartbeat,
  sharedWorkerName,
} from './workerConditions';

/** What keeps tasks from running comes first, then what loses them, then where they may be, then rules to know. */
const ALL: readonly ConditionOf[] = [
  publishersBlocked,
  nodeDown,
  mailboxesRefused,
  globalQos,
  consumesNothing,
  etaBlocked,
  unroutable,
  queueExpires,
  messagesExpire,
  deliveryLimit,
  deadLetters,
  delayed,
  expiredCounted,
  consumerTimeout,
  sharedWorkerName,
  noHeartbeat,
];

/** Of a kind, at most so many: a virtual host may have thousands of queues with the same policy. */
const MOST_OF_A_KIND = 20;

/** Everything that a broker's state says about tasks besides their number. */
export function conditionsOf(seen: Seen): readonly BrokerCondition[] {
  return ALL.flatMap((of) =>
    [...of(seen)].sort((a, b) => (b.messages ?? 0) - (a.messages ?? 0)).slice(0, MOST_OF_A_KIND),
  );
}
