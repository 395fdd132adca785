/**
 * Parts of a declared JSON contract, on top of `valibot`. One declaration gives the type (`Read`), the reader, and the published JSON
 * Schema (`tools/schemas/`). These parts add what `valibot` leaves open: an array is no object, a key that is data may have
 * any name, and the words of the JSON Schema cost the reader no time.
 */
import * as v from 'valibot';

export type Shape<T = unknown> = v.GenericSchema<unknown, T>;

/** What the reader of a shape returns; nobody changes it. */
export type Read<S extends Shape> = Immutable<v.InferOutput<S>>;

type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T;

/** Keywords of the JSON Schema that the reader does not check. */
export type Keywords = Readonly<Record<string, unknown>>;

/** The same shape with a description for the JSON Schema. */
export function about<S extends Shape>(description: string, shape: S, keywords: Keywords = {}): S {
  return published(shape, { description, ...keywords });
}

/**
 * The same shape with more keywords for the JSON Schema. The reader ignores them: what a file must be to be read, also one of an older
 * version, is less than what this version promises to write.
 */
export function published<S extends Shape>(shape: S, keywords: Keywords): S {
  const parts: readonly unknown[] = 'pipe' in shape && Array.isArray(shape.pipe) ? shape.pipe : [shape];
  return { ...shape, pipe: [...parts, v.metadata(keywords)] };
}

/** An object with these fields; the reader leaves out all others. */
export function object<const E extends v.ObjectEntries>(entries: E): v.ObjectSchema<E, undefined> {
  const read = fieldsReader(entries);
  return {
    ...v.object(entries),
    '~run': ({ value }, config) => (isObject(value) ? read(value, config) : refused('object', value)),
  };
}

/** An object with these fields and no others. An unknown field is reported before all else: it is often a known one, misspelled. */
export function closedObject<const E extends v.ObjectEntries>(
  entries: E,
  message: string,
): v.StrictObjectSchema<E, string> {
  const read = fieldsReader(entries);
  const known = Object.keys(entries).join(', ');
  return {
    ...v.strictObject(entries, message),
    '~run'({ value }, config) {
      if (!isObject(value)) return refused('strict_object', value, message);
      const unknown = Object.keys(value).find((key) => !Object.hasOwn(entries, key));
      return unknown === undefined
        ? read(value, config)
        : refused(UNKNOWN_FIELD, value, known, [step(value, unknown, 'key')]);
    },
  };
}

type Run = v.OutputDataset<never, Issue>;

/** Reads known fields. Only what an object has itself counts; a field that is missing is refused in the words of its own shape. */
function fieldsReader(entries: v.ObjectEntries): (value: Record<string, unknown>, config: v.Config<Issue>) => Run {
  const fields = Object.entries(entries) as [string, Shape][];
  return (value, config) => {
    const read: Record<string, unknown> = {};
    for (const [key, shape] of fields) {
      const has = Object.hasOwn(value, key);
      if (!has && shape.type === 'exact_optional') continue;
      const result = shape['~run']({ value: has ? value[key] : undefined }, config);
      if (result.issues) return within(step(value, key, has ? 'value' : 'key'), result.issues);
      read[key] = result.value;
    }
    return { typed: true, value: read as never };
  };
}

/** An object whose keys are data: `__proto__` and `constructor` are names like any other. */
export function record<K extends string, T>(key: Shape<K>, value: Shape<T>, message?: string): Shape<Entries<K, T>> {
  const shape: Shape = v.record(key as v.GenericSchema<string, K>, value, message);
  return {
    ...shape,
    '~run'({ value: input }, config) {
      if (!isObject(input)) return refused('record', input, message);
      const entries: [string, T][] = [];
      for (const [name, each] of Object.entries(input)) {
        const keyResult = key['~run']({ value: name }, config);
        const result = keyResult.issues ? keyResult : value['~run']({ value: each }, config);
        if (result.issues) return within(step(input, name, keyResult.issues ? 'key' : 'value'), result.issues);
        entries.push([name, result.value]);
      }
      return { typed: true, value: Object.fromEntries(entries) };
    },
  } as Shape<Entries<K, T>>;
}

type Entries<K extends string, T> = string extends K ? Record<K, T> : Partial<Record<K, T>>;

/** One of several shapes, chosen by what kind of value it is: so an issue names the place inside it, not only that none fits. */
export function byKind<const O extends Readonly<Partial<Record<'text' | 'array' | 'object', Shape>>>>(
  options: O,
  message: string,
): Shape<OutputOf<O[keyof O]>> {
  const shape: Shape = v.union(Object.values(options), message);
  return {
    ...shape,
    '~run'(dataset, config) {
      const { value } = dataset;
      const kind = typeof value === 'string' ? 'text' : Array.isArray(value) ? 'array' : isObject(value) && 'object';
      const chosen = kind === false ? undefined : options[kind];
      return chosen ? chosen['~run'](dataset, config) : refused('union', value, message);
    },
  } as Shape<OutputOf<O[keyof O]>>;
}

type OutputOf<S> = S extends Shape ? v.InferOutput<S> : never;

/** The first thing that is wrong with a value. */
export type Issue = v.BaseIssue<unknown>;

/** The `type` of an issue about a field that a `closedObject` does not have; its message lists those that it has. */
export const UNKNOWN_FIELD = 'unknown_field';

/**
 * Reads a value of a declared shape.
 * @param refusal makes an error of the first issue; `issue.path` is its place
 * @throws what `refusal` returns
 */
export function read<S extends Shape>(shape: S, value: unknown, refusal: (issue: Issue) => Error): Read<S> {
  const { issues, output } = v.safeParse(shape, value, { abortEarly: true });
  if (issues) throw refusal(issues[0]);
  return output as Read<S>;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(type: string, input: unknown, message = '', path?: [v.ObjectPathItem]): v.FailureDataset<Issue> {
  const issue: Issue = { kind: 'schema', type, input, expected: null, received: '', message };
  return { typed: false, value: input, issues: [path ? { ...issue, path } : issue] };
}

function within(place: v.ObjectPathItem, [issue]: readonly [Issue, ...Issue[]]): v.FailureDataset<Issue> {
  return { typed: false, value: issue.input, issues: [{ ...issue, path: [place, ...(issue.path ?? [])] }] };
}

function step(input: Record<string, unknown>, key: string, origin: 'key' | 'value'): v.ObjectPathItem {
  return { type: 'object', origin, input, key, value: input[key] };
}
