import { Problem } from '../base/problem';
import { brokerKindOf } from '../brokers';
import { celeryTargets, type ConnectionProfile } from './profile';
import { bareUrl } from './postgres/bareUrl';

/** Whether a check of this connection could not judge its tasks for want of a broker: none is named, or it is not clear which. */
export function lacksBroker({ broker }: Pick<ConnectionProfile, 'broker'>): boolean {
  return broker === undefined || (broker instanceof Problem && broker.kind === 'not-configured');
}

/**
 * A connection with the broker that a person added to it, in place of one that was added before. What the connection names itself, now or
 * later, goes before that.
 * @param url without its password, which is in the secret storage
 */
export function withAddedBroker(profile: ConnectionProfile, url: string): ConnectionProfile {
  if (!lacksBroker(profile) && !profile.addedBroker) return profile;
  const { resultBackend } = profile.written;
  const written = { ...(resultBackend === undefined ? {} : { resultBackend }), ...writtenAs(url) };
  return { ...profile, ...celeryTargets(written, profile.name), written, addedBroker: true };
}

/** A Redis is taken for the results too, unless those are named; another broker keeps none. */
function writtenAs(url: string): ConnectionProfile['written'] {
  return brokerKindOf(bareUrl(url))?.open ? { brokerUrl: url } : { redisUrl: url };
}
