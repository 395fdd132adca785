import { decode, HOSTS_PART, splitUserInfo } from '../../wire/urlParts';

/** What a sentence may repeat: never a piece of a password that was not encoded. */
const PLAIN_HOST = /^[a-z0-9][a-z0-9.-]*(:\d{1,5})?$/i;
const PLAIN_NAME = /^[\w.-]{1,60}$/;
const PLAIN_PATH = /^[\w./-]{1,200}$/;

/**
 * What to write instead of a URL in the form of another client, as the end of a sentence.
 * @param text a URL that is none of those that Celery takes
 * @returns undefined for what is no URL of a Redis at all
 */
export function insteadOf(text: string): string | undefined {
  const [whole, written = ''] = /^([a-z][a-z0-9+.-]{0,30}):\/\//i.exec(text) ?? [];
  if (whole === undefined) return bareSocket(text);
  const scheme = written.toLowerCase();
  const rest = text.slice(whole.length);
  if (/^(rediss?|valkeys?)[+-]?sentinels?$|^sentinels$/.test(scheme)) return sentinel(scheme, rest);
  if (/^(rediss?|valkeys?)?[+-]?clusters?$/.test(scheme))
    return `is ${scheme}://, a cluster, which Celery can't use. Write ${secure(scheme)}:// with one of its servers, such as ${secure(scheme)}://host:6379/0`;
  if (/unix|socket|uds/.test(scheme)) return `is ${scheme}://, but a socket has no TLS. Write ${socketUrl(rest)}`;
  if (/^(redis|valkey|keydb|dragonfly)[+-]?(tls|ssl)$|^(tls|ssl|keydbs|dragonflys)$/.test(scheme))
    return `is ${scheme}://, which Celery doesn't know. Write rediss:// instead`;
  if (/^(keydb|dragonfly(db)?|garnet|redict|kvrocks|tcp)$/.test(scheme))
    return `is ${scheme}://, which Celery doesn't know. Write redis:// instead`;
  if (/^https?$/.test(scheme))
    return `is an ${scheme}:// address, not a Redis URL. Write redis://host:6379/0, or rediss:// for TLS, which Upstash shows beside its REST address`;
  return undefined;
}

function secure(scheme: string): 'redis' | 'rediss' {
  return /^(rediss|valkeys)/.test(scheme) ? 'rediss' : 'redis';
}

/** `host:26379,host:26379/service/0`, as redis-sentinel-url, Lettuce and others have it. */
function sentinel(scheme: string, text: string): string {
  const { userInfo, rest } = splitUserInfo(text);
  const [, list = '', path = '', query = ''] = HOSTS_PART.exec(rest) ?? [];
  const hosts = list.split(',').map((host) => (host.includes(':') ? host : `${host}:26379`));
  const words = decode(path)
    .split('/')
    .filter((word) => word !== '');
  const options = new URLSearchParams(query);
  const named =
    words.find((word) => !/^\d+$/.test(word)) ??
    ['master_name', 'sentinelMasterId', 'service_name', 'master', 'service']
      .map((name) => options.get(name))
      .find((one) => one) ??
    /#([\w.-]+)$/.exec(rest)?.[1];
  const master = named !== undefined && PLAIN_NAME.test(named) ? named : 'mymaster';
  const db = words.find((word) => /^\d{1,4}$/.test(word)) ?? options.get('db') ?? '0';
  const known = hosts.every((host) => PLAIN_HOST.test(host));
  const servers = (known ? hosts : ['host1:26379', 'host2:26379']).map((host) => `sentinel://${host}`).join(';');
  const tls = secure(scheme) === 'rediss' || scheme === 'sentinels' ? '&ssl_cert_reqs=required' : '';
  const who = userInfo === '' ? '' : ', with user and password of the Redis before its first host';
  return `is ${scheme}://, which Celery doesn't know. Write ${servers}/${/^\d{1,4}$/.test(db) ? db : '0'}?master_name=${master}${tls}${who}`;
}

/** The path of a socket alone, or behind `unix:` without slashes. */
function bareSocket(text: string): string | undefined {
  const [, path] = /^(?:unix:|redis:)?(\/[^/].*\.sock(?:et)?)$/i.exec(text) ?? [];
  return path === undefined ? undefined : `is the path of a socket. Write ${socketUrl(path)}`;
}

function socketUrl(rest: string): string {
  const path = `/${splitUserInfo(rest).rest.split(/[?#]/, 1)[0]?.replace(/^\/+/, '') ?? ''}`;
  return `redis+socket://${path.length > 1 && PLAIN_PATH.test(path) ? path : '/run/redis/redis.sock'}`;
}
