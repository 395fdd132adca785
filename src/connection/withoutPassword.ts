import { splitUserInfo } from './urlParts';

/** A host, with nothing before it, whose options may have an `@`. */
const HOST_WITH_OPTIONS = /^[^@/?#]*(\/[^?#@]*)?\?[a-z_]+=/i;

/** A connection URL as it was written, less its passwords: in the user part and in every `…password=` option. */
export function withoutPassword(url: string): string {
  const text = url.trim();
  const start = text.indexOf('://') + 3;
  const { userInfo, rest: hostPart } = splitUserInfo(text.slice(start));
  // No host that can be read behind any @, as in `amqp://user:password@one:1,two:2`: what stands before the last one is a password.
  const unreadable = userInfo === '' && !HOST_WITH_OPTIONS.test(hostPart);
  const rest = unreadable ? hostPart.slice(hostPart.lastIndexOf('@') + 1) : hostPart;
  const [user = ''] = userInfo.split(':', 1);
  // A fragment means nothing here; it is what a # that nobody encoded cuts off a password.
  const [address = '', options = ''] = (rest.split('#', 1)[0] ?? '').split(/\?(.*)/s);
  const kept = options.split('&').filter((option) => /^[\w.-]+=/.test(option) && !isPassword(option));
  return `${text.slice(0, start)}${user === '' ? '' : `${user}@`}${address}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
}

/** Whether an option of the URL is a password, of the server or of a key file. */
export function hasPasswordOption(url: string): boolean {
  const [, options = ''] = url.split(/\?(.*)/s);
  return options.split('&').some(isPassword);
}

/** `sslpassword` and `ssl_password` are secrets too. */
function isPassword(option: string): boolean {
  const [name = ''] = [...new URLSearchParams(option).keys()];
  return /password$/i.test(name);
}
