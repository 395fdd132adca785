import { isSwitch } from './postgresLine';
import { bareUrl } from './bareUrl';
import { isReference, markReferences, writeReferences } from '../env/references';
import { BETWEEN_URLS, credentials, splitUserInfo } from '../../wire/urlParts';

/** A host, with nothing before it, whose options may have an `@`. */
const HOST_WITH_OPTIONS = /^[^@/?#]*(\/[^?#@]*)?\?[a-z_]+=/i;

/**
 * A connection URL, or several with `;` between them, as written, less what is around it and the passwords: in the user part and in
 * every `…password=` option. One without a password, or with nothing but a `${env:NAME}` in its place, stays as it is.
 */
export function withoutPassword(url: string): string {
  const { marked, names } = markReferences(bareUrl(url));
  return writeReferences(marked.split(BETWEEN_URLS).map(oneWithoutPassword).join(';'), names);
}

function oneWithoutPassword(text: string): string {
  const scheme = text.indexOf('://');
  if (scheme < 0) return text;
  const start = scheme + 3;
  const { userInfo, rest: hostPart } = splitUserInfo(text.slice(start));
  const rest = isUnreadable(userInfo, hostPart) ? hostPart.slice(hostPart.lastIndexOf('@') + 1) : hostPart;
  const [user = '', password = ''] = userInfo.split(/:(.*)/s);
  const login = isReference(password) ? `${user}:${password}` : user;
  // A fragment means nothing here; it is what a # that was not encoded cuts off a password.
  const [address = '', options = ''] = (rest.split('#', 1)[0] ?? '').split(/\?(.*)/s);
  // What has no value may be a piece of a password, unless it asks for TLS.
  const kept = options
    .split('&')
    .filter((option) => (/^[\w.-]+=/.test(option) || isSwitch(option)) && !isPasswordOption(option));
  return `${text.slice(0, start)}${login === '' ? '' : `${login}@`}${address}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
}

/** No host that can be read behind any @, as in `amqp://user:password@one/two@`: what comes before the last one is a password. */
function isUnreadable(userInfo: string, rest: string): boolean {
  return userInfo === '' && rest.includes('@') && !HOST_WITH_OPTIONS.test(rest);
}

/**
 * Whether a URL of Celery or Django has a password written in it: in the user part or in an option, of any of several servers, also of
 * a transport that is not read. `${env:NAME}` in its place is none.
 */
export function holdsPassword(url: string): boolean {
  return markReferences(url)
    .marked.split(BETWEEN_URLS)
    .some((one) => {
      const text = one.slice(one.indexOf('://') + 3);
      const { userInfo, rest } = splitUserInfo(text);
      if (isUnreadable(userInfo, rest)) return rest.slice(0, rest.lastIndexOf('@')).includes(':');
      const { password } = credentials(userInfo);
      return (password !== undefined && !isReference(password)) || hasPasswordOption(one);
    });
}

/** Whether an option of the URL is a password, of the server or of a key file. */
function hasPasswordOption(url: string): boolean {
  const [, options = ''] = url.split(/\?(.*)/s);
  return options.split('&').some(isPasswordOption);
}

/** Whether `name=value` is a password: `sslpassword` and `ssl_password` are secrets too. */
export function isPasswordOption(option: string): boolean {
  return [...new URLSearchParams(option)].some(([name, value]) => /password$/i.test(name) && !isReference(value));
}
