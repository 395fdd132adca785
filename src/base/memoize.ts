/** The same function, which works each text out once: a hundred thousand rows have few statuses. */
export function remembered(quote: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let quoted = known.get(text);
    if (quoted === undefined) known.set(text, (quoted = quote(text)));
    return quoted;
  };
}
