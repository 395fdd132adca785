import type { Random } from '../support/random';
import { KINDS, type Kind, type Plan } from './kinds';

/** One call of a task. Two with the same number are twins: same task, same arguments. */
export interface Order {
  readonly n: number;
  readonly kind: Kind;
}

export interface Orders {
  readonly calls: readonly Order[];
  /** By number. */
  readonly plans: ReadonlyMap<number, Plan>;
}

/** How many of a hundred processes kill themselves at a step of the library. */
const DEATHS = 6;
/** How many of a hundred orders are called twice. */
const TWINS = 8;

/** Calls of all types by their shares, every type at least once. */
export function drawOrders(count: number, random: Random): Orders {
  const calls: Order[] = [];
  const plans = new Map<number, Plan>();
  const urn = KINDS.flatMap((kind) => Array<Kind>(kind.share).fill(kind));
  while (calls.length < count) {
    const n = plans.size + 1;
    const kind = KINDS[n - 1] ?? random.pick(urn);
    plans.set(n, mortal(kind.plan(random), random));
    calls.push({ n, kind });
    if (random.integer(1, 100) <= TWINS) calls.push({ n, kind });
  }
  return { calls: shuffled(calls.slice(0, count), random), plans };
}

function mortal(plan: Plan, random: Random): Plan {
  if (plan.dies !== undefined || random.integer(1, 100) > DEATHS) return plan;
  return {
    ...plan,
    dies: random.pick(['inserted', 'published', 'loaded', 'began', 'returned', 'raised']),
    diesAtAttempt: random.integer(0, plan.retries ?? 0),
  };
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.integer(0, left.length - 1), 1)[0]!);
}
