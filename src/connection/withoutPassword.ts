/** A connection URL as it was written, less its password: in the user part and in a `password=` option. */
export function withoutPassword(url: string): string {
  const text = url.trim();
  const at = text.lastIndexOf('@');
  const start = text.indexOf('://') + 3;
  const colon = at < 0 ? -1 : text.slice(start, at).indexOf(':');
  const bare = colon < 0 ? text : text.slice(0, start + colon) + text.slice(at);
  return bare.replace(/([?&])password=[^&#]*&?/i, '$1').replace(/[?&]$/, '');
}
