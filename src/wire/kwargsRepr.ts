import { ROW_NUMBER } from '../base/libraryKwargs';

const KEY = `'${ROW_NUMBER}': `;
const NAMED = new RegExp(`${KEY}(\\d{1,15})(?=[,}])`, 'g');

/**
 * The number of the row out of `headers.kwargsrepr`, for messages whose body must not be loaded (pickle) or cannot be.
 * It is Python's repr made by celery/utils/saferepr.py: cut at 1024 characters by default, cuts marked by `...`, quotes in texts
 * not escaped. So nothing is believed but one key at the outermost level, and its absence only where nothing was cut.
 * @returns the number; null: the arguments have none; undefined: unknown
 */
export function managerIdInRepr(repr: unknown): number | null | undefined {
  if (typeof repr !== 'string' || !repr.startsWith('{')) return undefined;
  const [only, another] = repr.matchAll(NAMED);
  if (only?.[1] !== undefined && another === undefined && repr.split(KEY).length === 2)
    return depth(repr.slice(0, only.index)) === 1 ? Number(only[1]) : undefined;
  return repr.includes(ROW_NUMBER) || repr.includes('...') || !repr.endsWith('}') ? undefined : null;
}

/** How many brackets are open at the end of a text; those inside quoted texts are counted too, which at worst leaves an id unknown. */
function depth(text: string): number {
  return (text.match(/[{[(]/g)?.length ?? 0) - (text.match(/[}\])]/g)?.length ?? 0);
}
