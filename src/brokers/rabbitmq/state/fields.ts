/** Reads what a management API answers: its releases leave fields out, and a proxy may send anything. */
import { isObject } from '../../../base/shape';

type Fields = Readonly<Record<string, unknown>>;

/** The objects of a list, or of one page of it. Anything else in it is left out. */
export function objects(body: unknown): readonly Fields[] {
  const list = isObject(body) ? body.items : body;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** '' where it is not there. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** A whole number from 0; null where it is not there. */
export function sizeOf(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
