/** A copy of an object that lacks some of its properties. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> {
  const out = { ...object };
  for (const key of keys) Reflect.deleteProperty(out, key);
  return out;
}
