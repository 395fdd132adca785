import { Problem } from '../base/problem';
import type { BrokerSetting } from '../python/brokerSetting';
import { celeryAddress } from './celeryTarget';
import { readCeleryUrl } from './celeryUrl';
import { listed } from './env/unreadNames';
import { rememberUrl } from './rememberSecrets';

/** What a project's code says about its broker, for a person who is asked for it. */
export interface BrokerHint {
  /** One sentence, without a password. */
  readonly says: string;
  /** A URL to begin with, as it is written: it may hold a password. */
  readonly url?: string;
}

/**
 * Says where the code takes the broker's URL from, and what is there.
 * @param place of the setting, as people call it: `shop/settings.py line 41`
 * @param variables those of the connection's `.env`, or of the environment
 * @param where what to call them: `.env`
 */
export function brokerHint(
  { variables: names, url: written }: BrokerSetting,
  place: string,
  variables: Readonly<Record<string, string | undefined>>,
  where: string,
): BrokerHint {
  const set = names.find((name) => variables[name]?.trim());
  const value = set === undefined ? undefined : variables[set];
  const url = [value, names.length > 1 && set === undefined ? undefined : written].find(
    (one) => one !== undefined && readable(one) !== undefined,
  );
  const target = url === undefined ? undefined : readable(url);
  if (target instanceof Problem)
    return {
      says: `${place} names ${scheme(url ?? '')} as the broker, and only Redis and RabbitMQ can be read so far.`,
    };
  const found = url === undefined ? {} : { url };
  if (names.length === 0)
    return target === undefined
      ? { says: `${place} builds the broker's URL in code.` }
      : { says: `${place} sets it to ${target}.`, ...found };
  const taken = `${place} takes it from ${listed(names)}`;
  if (set !== undefined)
    return { says: `${taken}, which ${where} sets${target === undefined ? '' : ` to ${target}`}.`, ...found };
  const otherwise = target === undefined ? '' : `; otherwise it is ${target}`;
  return { says: `${taken}, which ${where} does not set${otherwise}.`, ...found };
}

/** The address that a URL names; a Problem for a transport that is not read; undefined for what is no URL of a broker. */
function readable(url: string): string | Problem | undefined {
  rememberUrl(url);
  try {
    const target = readCeleryUrl(url, 'broker', 'It');
    return target === undefined || target instanceof Problem ? target : celeryAddress(target);
  } catch {
    return undefined;
  }
}

/** `KAFKA` of `kafka://…`: never more of it. */
function scheme(url: string): string {
  const [name = ''] = /^[a-z]+/i.exec(url.trim()) ?? [];
  return name.toUpperCase();
}
