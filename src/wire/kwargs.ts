import { ROW_NUMBER } from '../base/libraryKwargs';

/** What the task-manager library's own keyword arguments say. */
export interface LibraryKwargs {
  /** Null: there is none; undefined: it is there and is no number that can be trusted (beyond 2^53). */
  readonly managerId: number | null | undefined;
  readonly libraryAttempts: number | null;
}

type Fields = Readonly<Record<string, unknown>>;

export function readKwargs({ [ROW_NUMBER]: id, attempts }: Fields): LibraryKwargs {
  return { managerId: managerIdOf(id), libraryAttempts: wholeNumber(attempts) };
}

export function wholeNumber(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function managerIdOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}
