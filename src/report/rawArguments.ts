import { endOfString, endOfValue, skipSpace } from '../base/jsonText';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Arguments of samples and examples as they stand in an exported Diagnosis, and that text with marks in their place. */
export interface RawArguments {
  readonly text: string;
  /** The arguments by mark: they keep every digit, which a parser would not. */
  readonly byMark: ReadonlyMap<string, string>;
}

/**
 * Takes the `arguments` of every sample and example out of the text of a Diagnosis.
 * @param json valid JSON
 * @param mark a text that cannot stand in it
 */
export function liftArguments(json: string, mark: string): RawArguments {
  const spans = valuesOf(json, 'taskTypes', { start: 0, end: json.length })
    .flatMap((types) => items(json, types))
    .flatMap((type) => [...valuesOf(json, 'samples', type), ...valuesOf(json, 'examples', type)])
    .sort((a, b) => a.start - b.start)
    .flatMap((samples) => items(json, samples))
    .flatMap((sample) => valuesOf(json, 'arguments', sample));
  const byMark = new Map<string, string>();
  const parts: string[] = [];
  let from = 0;
  spans.forEach(({ start, end }, index) => {
    const name = `${mark}${String(index)}`;
    byMark.set(name, json.slice(start, end).trim());
    parts.push(json.slice(from, start), `"${name}"`);
    from = end;
  });
  return { text: [...parts, json.slice(from)].join(''), byMark };
}

/** The values behind a key of the object at `at`: one, or none; more where the key stands there twice. */
function valuesOf(json: string, key: string, at: Span): Span[] {
  const found: Span[] = [];
  let position = skipSpace(json, at.start);
  if (json.charAt(position) !== '{') return found;
  position = skipSpace(json, position + 1);
  while (position < at.end && json.charAt(position) === '"') {
    const endOfKey = endOfString(json, position);
    const start = skipSpace(json, endOfKey) + 1;
    const end = endOfValue(json, start);
    if (JSON.parse(json.slice(position, endOfKey)) === key) found.push({ start, end });
    position = afterComma(json, end);
  }
  return found;
}

/** The items of the array at `at`; none where there is no array. */
function items(json: string, at: Span): Span[] {
  const found: Span[] = [];
  let position = skipSpace(json, at.start);
  if (json.charAt(position) !== '[') return found;
  position = skipSpace(json, position + 1);
  while (position < at.end && json.charAt(position) !== ']') {
    const end = endOfValue(json, position);
    found.push({ start: position, end });
    position = afterComma(json, end);
  }
  return found;
}

function afterComma(json: string, end: number): number {
  const position = skipSpace(json, end);
  return json.charAt(position) === ',' ? skipSpace(json, position + 1) : position;
}
