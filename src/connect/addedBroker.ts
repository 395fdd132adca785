import { Problem } from '../base/problem';
import { brokerKindOf } from '../brokers';
import { celeryTargets, type ConnectionProfile } from './profile';
import { bareUrl } from './postgres/bareUrl';

/** A broker as a person added it. */
export interface AddedUrls {
  readonly url: string;
  /** Of its API for administrators. */
  readonly managementUrl?: string;
}

/** Whether a check of this connection could not judge its tasks for want of a broker: none is named, or it is not clear which. */
export function lacksBroker({ broker }: Pick<ConnectionProfile, 'broker'>): boolean {
  return broker === undefined || (broker instanceof Problem && broker.kind === 'not-configured');
}

/**
 * A connection with the broker that a person added to it, in place of one that was added before. What the connection names itself, now or
 * later, goes before that.
 * @param added its URLs without passwords, which are in the secret storage
 */
export function withAddedBroker(profile: ConnectionProfile, added: AddedUrls): ConnectionProfile {
  if (!lacksBroker(profile) && !profile.addedBroker) return profile;
  const { resultBackend, redisUrl, managementUrl, brokerUrl } = profile.written;
  // A Redis beside a broker that was added is the file's own; without one it is what was added.
  const results = profile.addedBroker && brokerUrl === undefined ? undefined : redisUrl;
  const written = {
    ...(resultBackend === undefined ? {} : { resultBackend }),
    ...writtenAs({ ...added, ...ownOr(added, profile.addedBroker ? undefined : managementUrl) }, results),
  };
  return { ...profile, ...celeryTargets(written, profile.name), written, addedBroker: true };
}

function ownOr({ managementUrl: own }: AddedUrls, ofFile: string | undefined): Pick<AddedUrls, 'managementUrl'> {
  const managementUrl = own ?? ofFile;
  return managementUrl === undefined ? {} : { managementUrl };
}

/** A Redis is taken for the results too, unless those are named; another broker keeps none, and leaves them where they are. */
function writtenAs(added: AddedUrls, redisUrl: string | undefined): ConnectionProfile['written'] {
  const fields = addedFields(added);
  return 'brokerUrl' in fields && redisUrl !== undefined ? { ...fields, redisUrl } : fields;
}

/** The same as fields of `celeryTasks.connections`. */
export function addedFields({ url, managementUrl }: AddedUrls): ConnectionProfile['written'] {
  if (!brokerKindOf(bareUrl(url))?.open) return { redisUrl: url };
  return { brokerUrl: url, ...(managementUrl === undefined ? {} : { managementUrl }) };
}
