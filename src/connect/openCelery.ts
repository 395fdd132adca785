import { redisBroker } from '../brokers/redis';
import type { Broker } from '../brokers/broker';
import type { CheckSources } from '../check/options';
import { Problem } from '../base/problem';
import { redisBackend } from '../results/redis';
import type { ResultBackend } from '../results/results';
import { isOther, type CeleryTarget } from './celeryTarget';
import { openTargets, type CeleryTargets } from './celeryUrl';
import { redisSource } from './redis/redisClient';
import { rememberUrl } from './rememberSecrets';

/** The broker and the result backend, as a check asks them. Nothing is connected before it does. @throws Problem `invalid` */
export async function openCelery(targets: CeleryTargets): Promise<Pick<CheckSources, 'broker' | 'results'>> {
  const { broker, results } = openTargets(targets, opened);
  const [first, second] = [await broker, await results];
  const backend = second instanceof Problem ? second : second?.results;
  return {
    ...(first ? { broker: first instanceof Problem ? first : first.broker } : {}),
    ...(backend ? { results: backend } : {}),
  };
}

/** A server in both roles. */
interface Opened {
  readonly broker: Broker;
  /** Absent where it keeps no results. */
  readonly results?: ResultBackend;
}

async function opened(target: CeleryTarget): Promise<Opened> {
  if (isOther(target)) {
    rememberUrl(target.url);
    return { broker: await target.open(target.url) };
  }
  const source = redisSource(target);
  return { broker: redisBroker(source), results: redisBackend(source) };
}
