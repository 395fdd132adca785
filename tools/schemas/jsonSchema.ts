/** Makes JSON Schemas of the shapes that `src/base/shape.ts` declares. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type { Shape } from '../../src/base/shape';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of a shape, written out in full. */
export function schemaOf(shape: Shape): JsonSchema {
  const schema = toJsonSchema(shape, {
    target: 'draft-2020-12',
    // The reader checks these by code; where a keyword says the same, `published` adds it.
    ignoreActions: ['check', 'finite'],
    overrideAction({ valibotAction, jsonSchema }) {
      // Its bounds say only how far JavaScript counts.
      return valibotAction.type === 'safe_integer'
        ? { ...without(jsonSchema, 'minimum', 'maximum'), type: 'integer' }
        : null;
    },
    overrideSchema({ valibotSchema: { type }, jsonSchema }): object | null {
      switch (type) {
        case 'object':
        case 'strict_object': {
          const { required = [], ...rest } = jsonSchema;
          return { ...rest, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
        }
        case 'record': {
          const { propertyNames, ...rest } = jsonSchema;
          return isPlainText(propertyNames) ? rest : jsonSchema;
        }
        case 'picklist':
          return { enum: jsonSchema.enum };
        case 'nullable':
        case 'union':
          return merged((jsonSchema.anyOf ?? []) as readonly object[] as readonly JsonSchema[]) ?? jsonSchema;
        case 'custom':
          return {};
        default:
          return null;
      }
    },
  });
  return ordered(without(schema, '$schema'));
}

/** @returns a schema without some keywords */
function without(schema: object, ...keywords: readonly string[]): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keywords.includes(key)));
}

function isPlainText(schema: unknown): boolean {
  return JSON.stringify(schema) === '{"type":"string"}';
}

/** One schema in place of several for values of different types, so that an editor says what is wrong inside the one that is meant. */
function merged(options: readonly JsonSchema[]): JsonSchema | undefined {
  if (options.some((option) => Object.keys(option).length === 0)) return {};
  const types = options.flatMap(({ type }) => type);
  const keywords = options.flatMap((option) =>
    Object.keys(option).filter((key) => key !== 'type' && key !== 'description'),
  );
  const apart = types.every((type) => typeof type === 'string') && new Set(types).size === types.length;
  // Whatever the type: a value that is not listed does not fit.
  const anyType = keywords.some((key) => key === 'enum' || key === 'const');
  if (!apart || anyType || new Set(keywords).size < keywords.length) return undefined;
  // Of several descriptions the first one is that of the simplest alternative.
  return { ...Object.fromEntries([...options].reverse().flatMap((option) => Object.entries(option))), type: types };
}

/**
 * A schema that refers to definitions wherever it has one of these parts. A part may have a description of its own.
 * @param definitions by the names under which they are published
 */
export function withDefinitions(schema: JsonSchema, definitions: Readonly<Record<string, Shape>>): JsonSchema {
  const names = new Map<string, { readonly name: string; readonly description: unknown }>();
  const refer = (part: JsonSchema): JsonSchema => {
    const { description, ...rest } = children(part, refer);
    const known = names.get(JSON.stringify(rest));
    if (!known) return children(part, refer);
    const own = description === known.description ? {} : { description };
    return { ...own, $ref: `#/$defs/${known.name}` };
  };
  const $defs: Record<string, JsonSchema> = {};
  // Inner ones first: an outer one is known by what it is with references in it.
  const open = Object.entries(definitions).map(([name, shape]) => ({ name, schema: schemaOf(shape) }));
  for (const { name, schema: full } of open.toSorted((a, b) => sizeOf(a.schema) - sizeOf(b.schema))) {
    const { description, ...rest } = ($defs[name] = children(full, refer));
    names.set(JSON.stringify(rest), { name, description });
  }
  return { ...children(schema, refer), $defs: Object.fromEntries(open.map(({ name }) => [name, $defs[name]])) };
}

function sizeOf(schema: JsonSchema): number {
  return JSON.stringify(schema).length;
}

const LISTS = ['anyOf', 'oneOf'];
const MAPS = ['properties'];
const SINGLE = ['items', 'additionalProperties', 'propertyNames'];

/** The schema with `change` made to each schema in it. */
function children(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  const entries = Object.entries(schema).map(([key, value]) => {
    if (typeof value !== 'object' || value === null) return [key, value];
    if (SINGLE.includes(key)) return [key, change(value as JsonSchema)];
    if (LISTS.includes(key)) return [key, (value as JsonSchema[]).map(change)];
    if (!MAPS.includes(key)) return [key, value];
    return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(part as JsonSchema)]))];
  });
  return Object.fromEntries(entries) as JsonSchema;
}

/** In this order people read keywords: these, all others, and the last ones. */
const FIRST = ['title', 'description', 'type', 'const', 'enum', 'required', 'additionalProperties'];
const LAST = [
  'items',
  'properties',
  'propertyNames',
  'additionalProperties',
  'examples',
  'default',
  'oneOf',
  'dependentRequired',
];

function ordered(schema: JsonSchema): JsonSchema {
  const inner = children(schema, ordered);
  // An object's additional properties are its values where it names none.
  const first = FIRST.filter((key) => key in inner && (key !== 'additionalProperties' || inner[key] === false));
  const last = LAST.filter((key) => key in inner && !first.includes(key));
  const rest = Object.keys(inner).filter((key) => !first.includes(key) && !last.includes(key));
  return Object.fromEntries([...first, ...rest, ...last].map((key) => [key, inner[key]]));
}
