/** `host:port/path?options#rest`: what stands behind the user part of a connection URL. */
export const HOST_PART = /^(\[[^\]]+\]|[^/?#:@[\]]*)(?::(\d*))?(?:\/([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/;
/** What stands before an `@` that belongs to the value of an option: `…@host/database?application_name=me`. */
const IN_OPTIONS = /(^[^@/?#:]*(:\d*)?\/[^?#@]*|@[^@/?#]*(\/[^?#@]*)?)\?[a-z_]+=[^#]*$/i;

/**
 * Finds the user part of a connection URL without its scheme: the last `@` that leaves a readable host ends it, so passwords
 * with reserved characters that were never percent-encoded are accepted.
 */
export function splitUserInfo(text: string): { userInfo: string; rest: string } {
  for (let at = text.lastIndexOf('@'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('@', at - 1)) {
    const rest = text.slice(at + 1);
    if (HOST_PART.test(rest) && !IN_OPTIONS.test(text.slice(0, at))) return { userInfo: text.slice(0, at), rest };
  }
  return { userInfo: '', rest: text };
}

/** Percent-decodes; text with a bare `%`, that nobody encoded, stays as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
