import type { CeleryNames } from '../model/celeryNames';
import type { BrokerView } from '../model/facts';

interface Known {
  /** Names that a type has in messages of its rows. */
  readonly byType: ReadonlyMap<string, ReadonlySet<string>>;
  readonly typeOf: ReadonlyMap<string, string>;
}

/** Where nothing was looked up: a name that is not the type's own may be another one of it. */
export function plainNames(
  types: ReadonlySet<string>,
  broker: Pick<BrokerView, 'taskNames'>,
  registered: ReadonlySet<string> | null,
): CeleryNames {
  return celeryNames({ byType: new Map(), typeOf: new Map() }, types, broker.taskNames, registered, new Set());
}

/**
 * Says of each name in messages whose it is.
 * @param types `module.name` of the stuck rows; @param seen names in messages; @param registered names that the workers know
 * @param foreign names whose messages belong to rows of other types
 */
export function celeryNames(
  { byType, typeOf }: Known,
  types: ReadonlySet<string>,
  seen: ReadonlySet<string>,
  registered: ReadonlySet<string> | null,
  foreign: ReadonlySet<string>,
): CeleryNames {
  return {
    relation: (type, task) => {
      if (task === type || byType.get(type)?.has(task) === true) return 'own';
      if (task === '') return 'perhaps';
      // A name belongs to one type, and a type that is known by its own name has no other.
      if (types.has(task) || typeOf.has(task) || byType.has(type)) return 'other';
      return seen.has(type) || registered?.has(type) === true ? 'other' : 'perhaps';
    },
    ours: typeOf.size > 0 || [...types].some((type) => seen.has(type)),
    foreign,
  };
}
