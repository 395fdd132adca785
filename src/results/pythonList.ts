const ITEM =
  /\s*(?:[bu]?'((?:[^'\\]|\\.)*)'|[bu]?"((?:[^"\\]|\\.)*)"|(None)|(True|False)|(-?\d+(?:\.\d+)?))\s*(,|$)/suy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
/** A longer text is a text that begins with a bracket. */
const LONGEST = 10_000;

/**
 * Reads the repr of a list or tuple of texts, numbers and constants, such as `('boom', 2)`: old results have the arguments of an exception so.
 * @returns undefined for anything else
 */
export function readPythonList(text: string): unknown[] | undefined {
  const inside = /^\s*(?:\(([^]*)\)|\[([^]*)\])\s*$/.exec(text.length > LONGEST ? '' : text);
  if (!inside) return undefined;
  const body = (inside[1] ?? inside[2] ?? '').trim();
  const items: unknown[] = [];
  for (let at = 0; at < body.length; at = ITEM.lastIndex) {
    ITEM.lastIndex = at;
    const [, single, double, none, truth, number] = ITEM.exec(body) ?? [];
    const quoted = single ?? double;
    if (quoted !== undefined) items.push(quoted.replace(/\\(.)/gsu, (_, char: string) => ESCAPES[char] ?? char));
    else if (none !== undefined) items.push(null);
    else if (truth !== undefined) items.push(truth === 'True');
    else if (number !== undefined) items.push(Number(number));
    else return undefined;
  }
  return items;
}
