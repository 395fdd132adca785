import { Problem } from '../base/problem';
import { escapeUnsafe } from '../base/unsafeText';

/** Makes a value of a known shape out of anything, or says at which place it is not that. @throws ShapeError */
export type Reader<T> = (value: unknown, place: string) => T;

/** What is wrong, and where: `taskTypes[3].count is no whole number`. */
export class ShapeError extends Problem {
  constructor(place: string, what: string) {
    super('invalid', `${place === '' ? 'it' : place} ${what}`);
  }
}

/** An object with these fields; others are left out. One that may be missing is read by `optional`. */
export function object<T extends object>(fields: { readonly [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  const readers = Object.entries<Reader<unknown>>(fields);
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ShapeError(place, 'is no object');
    const entries = readers.map(([name, read]) => {
      const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
      return [name, read(own, place === '' ? name : `${place}.${name}`)] as const;
    });
    return Object.fromEntries(entries.filter(([, field]) => field !== undefined)) as T;
  };
}

export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw new ShapeError(place, 'is no list');
    return value.map((each, index) => item(each, `${place}[${String(index)}]`));
  };
}

/** An object whose keys are data. */
export function record<T>(key: RegExp, item: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new ShapeError(place, 'is no object');
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => {
        if (!key.test(name)) throw new ShapeError(place, 'has a key that cannot be there');
        return [name, item(each, `${place}.${escapeUnsafe(name.slice(0, 50))}`)];
      }),
    );
  };
}

export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, place) => (value === undefined ? undefined : read(value, place));
}

export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value, place) => (value === null ? null : read(value, place));
}

export function oneOf<const T>(...values: readonly T[]): Reader<T> {
  return (value, place) => {
    const found = values.find((each) => each === value);
    if (found === undefined) throw new ShapeError(place, 'is no word that this version knows');
    return found;
  };
}

export const text: Reader<string> = (value, place) => {
  if (typeof value !== 'string') throw new ShapeError(place, 'is no text');
  return value;
};

export const flag: Reader<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw new ShapeError(place, 'is neither true nor false');
  return value;
};

/** Zero or more. */
export const amount: Reader<number> = (value, place) => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new ShapeError(place, 'is no number');
  return value;
};

export const whole: Reader<number> = (value, place) => {
  if (!Number.isSafeInteger(value)) throw new ShapeError(place, 'is no whole number');
  return value as number;
};

/** A whole number of things. */
export const size: Reader<number> = (value, place) => {
  if (whole(value, place) < 0) throw new ShapeError(place, 'is less than zero');
  return value as number;
};

/** ISO 8601 in UTC. */
export const time: Reader<string> = (value, place) => {
  const written = text(value, place);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(written) || Number.isNaN(Date.parse(written)))
    throw new ShapeError(place, 'is no time');
  return written;
};
