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

/** @returns a Problem for a URL that its kind of broker cannot use: it is a source that cannot be read, and ends no check */
async function opened(target: CeleryTarget): Promise<Opened | Problem> {
  if (isOther(target)) {
    const { urlWithPassword: url, managementUrlWithPassword: managementUrl } = target;
    for (const one of [url, managementUrl]) if (one !== undefined) rememberUrl(one);
    try {
      return { broker: await target.open(url, managementUrl) };
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }
  const source = redisSource(target);
  return { broker: redisBroker(source), results: redisBackend(source) };
}
