/** Where Celery's messages or results are, and whose password they need: a Redis, or a broker that is read by its URL. */
import { brokerKindOf } from '../brokers';
import { otherAddress, otherSecretKey, withOtherPassword, type OtherBroker } from './otherBroker';
import { redisAddress, redisPassword, redisSecretKey, withRedisPassword, type RedisTarget } from './redis/redisUrl';

export type CeleryTarget = RedisTarget | OtherBroker;

/** `host:port/db`, never with a password. */
export function celeryAddress(target: CeleryTarget): string {
  return isOther(target) ? otherAddress(target) : redisAddress(target);
}

/** `RabbitMQ at host:port/vhost`, `Redis at host:port/db`: never with a password. */
export function celeryServer(target: CeleryTarget): string {
  const kind = isOther(target) ? brokerKindOf(target.urlWithPassword)?.name : 'Redis';
  return `${kind ?? 'A broker'} at ${celeryAddress(target)}`;
}

/** The key of the password in the secret storage. */
export function celerySecretKey(target: CeleryTarget): string {
  return isOther(target) ? otherSecretKey(target) : redisSecretKey(target);
}

/** The target with a stored password. */
export function withCeleryPassword(target: CeleryTarget, password: string | undefined): CeleryTarget {
  return isOther(target) ? withOtherPassword(target, password) : withRedisPassword(target, password);
}

/** The password of a URL, as it can be stored under its key. @throws Problem `invalid` where it cannot be kept */
export function celeryPassword(target: CeleryTarget, label: string): string | undefined {
  return isOther(target) ? target.password : redisPassword(target, label);
}

export function isOther(target: CeleryTarget): target is OtherBroker {
  return 'open' in target;
}
