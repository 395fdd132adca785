import type { Broker } from './broker';

/** A kind of broker. Its code is loaded when one is opened, because the editor reads URLs before anybody checks anything. */
export interface BrokerKind {
  /** What people call its server. */
  readonly name: string;
  /** What Celery's URLs of it begin with: names before `://`, lower case. */
  readonly schemes: readonly string[];
  /**
   * Connects nothing yet. Absent for Redis: its URLs and its driver are also those of results, so `connect/` opens it.
   * @param url with its password @param managementUrl that of the API for administrators, where a person wrote one
   * @throws Problem `invalid` where a URL cannot be used
   */
  readonly open?: (url: string, managementUrl?: string) => Promise<Broker>;
  /** Of a kind with an API for administrators. */
  readonly managementCheck?: () => Promise<ManagementCheck>;
}

/** @throws Problem `invalid`, one sentence, for a management URL that cannot be used with a broker's URL, whatever its password is */
export type ManagementCheck = (url: string, managementUrl: string, label: string) => void;

/** Every kind of broker that can be read: a further one is a folder and its entry here. */
const KINDS: readonly BrokerKind[] = [
  {
    name: 'RabbitMQ',
    schemes: ['amqp', 'amqps', 'pyamqp', 'librabbitmq'],
    open: async (url, managementUrl) => (await import('./rabbitmq')).rabbitBroker(url, managementUrl),
    managementCheck: async () => (await import('./rabbitmq/management/address')).checkManagementUrl,
  },
  { name: 'Redis', schemes: ['redis', 'rediss', 'redis+socket', 'sentinel', 'valkey', 'valkeys', 'valkey+socket'] },
];

/** The kind of broker that a URL names; undefined where none here can read it. */
export function brokerKindOf(url: string): BrokerKind | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  return scheme === undefined ? undefined : KINDS.find(({ schemes }) => schemes.includes(scheme));
}

/** What tells whether a management URL can be used with the broker of a URL; undefined where that has none. */
export async function managementCheckOf(url: string): Promise<ManagementCheck | undefined> {
  return await brokerKindOf(url)?.managementCheck?.();
}
