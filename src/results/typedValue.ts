/**
 * Undoes what serializers put around a value that JSON does not have: kombu's `{"__type__": "datetime", "__value__": "..."}` (kombu 5.3
 * kombu/utils/json.py), and the tuples of jsonpickle.
 */
export function untyped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const object = value as Readonly<Record<string, unknown>>;
  if (typeof object.__type__ === 'string' && '__value__' in object) return object.__value__;
  return Array.isArray(object['py/tuple']) ? object['py/tuple'] : value;
}
