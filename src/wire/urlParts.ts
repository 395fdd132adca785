/** The parts that all connection URLs have in common: servers, a user, a password, a path, options. */
import { Problem } from '../base/problem';

/** `host:port/path?options#rest`: what follows the user part of a connection URL. An `@` in the path would be one of a password. */
export const HOST_PART = /^(\[[^\]]+\]|[^/?#:@[\]]*)(?::(\d*))?(?:\/([^?#@]*))?(?:\?([^#]*))?(?:#.*)?$/;
/** The same for libpq's several servers, `host1:port,host2:port/path?options#rest`: the list, the path, the options. */
export const HOSTS_PART =
  /^((?:\[[^\]]+\]|[^/?#:@[\],]*)(?::\d*)?(?:,(?:\[[^\]]+\]|[^/?#:@[\],]*)(?::\d*)?)*)(?:\/([^?#@]*))?(?:\?([^#]*))?(?:#.*)?$/;
/** Celery takes several servers with `;` between them. A `;` that no scheme follows may be in a password. */
export const BETWEEN_URLS = /;\s*(?=[a-z][a-z0-9+.-]*:\/\/)/i;
/** What comes before an `@` that belongs to the value of an option: `…@host/database?application_name=me`. */
const IN_OPTIONS = /(^[^@/?#:]*(:\d*)?\/[^?#@]*|@[^@/?#]*(\/[^?#@]*)?)\?[a-z_]+=[^#]*$/i;

/** Longer than any URL that people have, also one of several servers: a text of megabytes would be looked at again and again. */
export const MAX_URL = 8192;

/**
 * Finds the user part of a connection URL without its scheme: the last `@` that leaves a readable host ends it, so passwords
 * with reserved characters that were never percent-encoded are accepted.
 */
export function splitUserInfo(text: string): { userInfo: string; rest: string } {
  for (let at = text.lastIndexOf('@'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('@', at - 1)) {
    const rest = text.slice(at + 1);
    if (HOSTS_PART.test(rest) && !IN_OPTIONS.test(text.slice(0, at))) return { userInfo: text.slice(0, at), rest };
  }
  return { userInfo: '', rest: text };
}

/** User and password of the user part, percent-decoded; a password that is not there is undefined, an empty one is empty. */
export function credentials(userInfo: string): { user: string; password: string | undefined } {
  const colon = userInfo.indexOf(':');
  if (colon < 0) return { user: decode(userInfo), password: undefined };
  return { user: decode(userInfo.slice(0, colon)), password: decode(userInfo.slice(colon + 1)) };
}

/** The host as a socket takes it: without the brackets of an IPv6 address. Empty means this machine. */
export function bareHost(host: string): string {
  return decode(host.replace(/^\[|\]$/g, '')) || 'localhost';
}

/** `host:port` as people read it: an IPv6 address in brackets, and the address where the host's name does not lead to the server. */
export function hostAndPort({
  host,
  port,
  address,
}: {
  readonly host: string;
  readonly port: number;
  readonly address?: string;
}): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${name}${address === undefined ? '' : ` (${address})`}:${String(port)}`;
}

/** What stands behind the last `@` of a URL without its scheme: a host, and a port that is not a number. */
const ODD_PORT = /^(?:\[[^\]]+\]|[^/?#:@[\]]*):(?=[^/?#]*[^\d/?#])[^/?#]*(?:[/?#]|$)/;

/** The port is not shown: where the host was forgotten it may be a piece of a password. As the end of a sentence. */
export const NO_NUMBER = "has a port that isn't a number. Use a number from 1 to 65535";

/** Whether a URL without its scheme, whose host cannot be read, has something else than a number as its port: `host:54x2`. */
export function hasOddPort(text: string): boolean {
  return ODD_PORT.test(text.slice(text.lastIndexOf('@') + 1));
}

/** @throws Problem `invalid`, one sentence */
export function readPort(text: string | undefined, standard: number, label: string): number {
  if (text === undefined || text === '') return standard;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  // Where the host was forgotten, a password of digits is in the place of the port.
  const shown = text.length > 5 ? 'an invalid port' : `the invalid port ${text}`;
  throw new Problem('invalid', `${label} has ${shown}. Use a number from 1 to 65535.`);
}

/** An option of a URL; one that is there and empty says nothing. */
export function filledOption(options: URLSearchParams, name: string): string | undefined {
  const value = options.get(name);
  return value === null || value === '' ? undefined : value;
}

/** Percent-decodes; text with a bare `%`, which was not encoded, stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
