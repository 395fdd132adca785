import { isReference, markReferences, writeReferences } from './references';
import { credentials, splitUserInfo } from './urlParts';

/**
 * A connection URL as it was written, less its passwords: in the user part and in every `…password=` option. One without a password,
 * or with nothing but a `${env:NAME}` in its place, stays as it is.
 */
export function withoutPassword(url: string): string {
  const { marked: text, names } = markReferences(url.trim());
  const scheme = text.indexOf('://');
  if (scheme < 0) return writeReferences(text, names);
  const start = scheme + 3;
  const { userInfo, rest } = splitUserInfo(text.slice(start));
  const [user = '', password = ''] = userInfo.split(/:(.*)/s);
  const login = isReference(password) ? `${user}:${password}` : user;
  // A fragment means nothing here; it is what a # that nobody encoded cuts off a password.
  const [address = '', options = ''] = (rest.split('#', 1)[0] ?? '').split(/\?(.*)/s);
  const kept = options.split('&').filter((option) => option !== '' && !isPassword(option));
  const tail = `${address}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
  return writeReferences(`${text.slice(0, start)}${login === '' ? '' : `${login}@`}${tail}`, names);
}

/**
 * Whether a URL of Celery or Django has a password written in it: in the user part or in an option, of any of several servers, also of
 * a transport that is not read. `${env:NAME}` in its place is none.
 */
export function holdsPassword(url: string): boolean {
  return markReferences(url)
    .marked.split(/;\s*(?=[a-z][a-z0-9+.-]*:\/\/)/i)
    .some((one) => {
      const { userInfo } = splitUserInfo(one.slice(one.indexOf('://') + 3));
      const { password } = credentials(userInfo);
      return (password !== undefined && !isReference(password)) || hasPasswordOption(one);
    });
}

/** Whether an option of the URL is a password, of the server or of a key file. */
export function hasPasswordOption(url: string): boolean {
  const [, options = ''] = url.split(/\?(.*)/s);
  return options.split('&').some(isPassword);
}

/** `sslpassword` and `ssl_password` are secrets too. */
function isPassword(option: string): boolean {
  return [...new URLSearchParams(option)].some(([name, value]) => /password$/i.test(name) && !isReference(value));
}
