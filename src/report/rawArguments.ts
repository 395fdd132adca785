import { randomUUID } from 'node:crypto';
import { itemsOfArray, valuesOfKey } from '../base/jsonScanner';
import { oneLineJson, type JsonText } from '../base/jsonText';
import { isObject } from '../base/shape';

/** The lists of a task type whose items have `arguments`. */
const ROWS = ['samples', 'examples'];

/**
 * Parses the text of a Diagnosis, except for the `arguments` of its rows: they stay text on one line (`JsonText`), because a parser
 * would lose the digits of numbers beyond 2^53. A row without arguments gets null.
 * @param json valid JSON, of any shape
 */
export function parseWithRawArguments(json: string): unknown {
  // Nothing in the file can hold this mark, by chance or by design: it is new for every call.
  const { text, byMark } = liftArguments(json, randomUUID());
  const diagnosis: unknown = JSON.parse(text);
  for (const type of itemsOf(diagnosis, 'taskTypes'))
    for (const row of ROWS.flatMap((key) => itemsOf(type, key)))
      if (isObject(row)) row.arguments = argumentsOf(byMark.get(String(row.arguments)));
  return diagnosis;
}

function itemsOf(value: unknown, key: string): readonly unknown[] {
  const items = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return Array.isArray(items) ? items : [];
}

function argumentsOf(raw: string | undefined): JsonText | null {
  return raw === undefined || raw === 'null' ? null : oneLineJson(raw);
}

/**
 * Takes the `arguments` of every row out of the text of a Diagnosis.
 * @param json valid JSON
 * @param mark a text that cannot stand in it
 * @returns the text with marks in their place, and the arguments by mark
 */
function liftArguments(json: string, mark: string): { readonly text: string; readonly byMark: Map<string, string> } {
  const spans = valuesOfKey(json, 'taskTypes', { start: 0, end: json.length })
    .flatMap((types) => itemsOfArray(json, types))
    .flatMap((type) => ROWS.flatMap((key) => valuesOfKey(json, key, type)))
    .sort((a, b) => a.start - b.start)
    .flatMap((rows) => itemsOfArray(json, rows))
    .flatMap((row) => valuesOfKey(json, 'arguments', row));
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
