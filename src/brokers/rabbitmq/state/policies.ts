import { fieldsOf, objects, textOf } from './fields';
import type { QueueTotals } from './totals';

/** What decides about the messages of a queue, by the names that arguments have: `x-message-ttl`. */
export type Rules = Readonly<Record<string, string | number | boolean>>;

type Definition = Readonly<Record<string, unknown>>;

export interface Policies {
  /** Definitions by the names that queues give. */
  readonly own: ReadonlyMap<string, Definition>;
  /** Those of the operator, the one that goes before the others first. A list of queues does not name them (measured on 3.10). */
  readonly operator: readonly OperatorPolicy[];
}

interface OperatorPolicy {
  readonly pattern: RegExp;
  /** `all`, `queues`, or queues of one type: `quorum_queues`. */
  readonly appliesTo: string;
  readonly definition: Definition;
}

/** Arguments and definitions that decide about messages; definitions have the same names without `x-`. */
const DECIDE: readonly string[] = [
  'queue-type',
  'max-priority',
  'message-ttl',
  'expires',
  'max-length',
  'max-length-bytes',
  'overflow',
  'dead-letter-exchange',
  'dead-letter-routing-key',
  'delivery-limit',
  'consumer-timeout',
  'single-active-consumer',
];

/** @param own body of `/policies/V` @param operator of `/operator-policies/V`; undefined where they are not shown */
export function readPolicies(own: unknown, operator: unknown): Policies {
  return {
    own: new Map(objects(own).map((policy) => [textOf(policy, 'name'), fieldsOf(policy.definition)])),
    operator: [...objects(operator)]
      .sort((a, b) => Number(b.priority ?? 0) - Number(a.priority ?? 0))
      .flatMap((policy) => {
        const pattern = patternOf(textOf(policy, 'pattern'));
        const appliesTo = textOf(policy, 'apply-to') || 'all';
        return pattern ? [{ pattern, appliesTo, definition: fieldsOf(policy.definition) }] : [];
      }),
  };
}

/** A name has 255 bytes at most, and so a pattern that is longer is none of a person. */
const LONGEST_PATTERN = 255;

/** Undefined where it is written in a way that only the server's own library (PCRE) understands. */
function patternOf(text: string): RegExp | undefined {
  if (text.length > LONGEST_PATTERN) return undefined;
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}

function operatorOf({ name, type }: Pick<QueueTotals, 'name' | 'type'>, { operator }: Policies): Definition {
  const fits = operator.find(
    ({ pattern, appliesTo }) =>
      ['all', 'queues', `${type}_queues`, `${type}s`].includes(appliesTo) && pattern.test(name),
  );
  return fits?.definition ?? {};
}

/**
 * What holds for a queue, of its arguments, its policy and its operator policy. The lowest of several numbers holds; of other values, what the
 * queue itself says goes before its policies (https://www.rabbitmq.com/docs/policies#combining-policy-definitions).
 */
export function rulesOf(queue: Pick<QueueTotals, 'name' | 'type' | 'arguments' | 'policy'>, policies: Policies): Rules {
  const policy = policies.own.get(queue.policy) ?? {};
  const operator = operatorOf(queue, policies);
  const rules: Record<string, string | number | boolean> = {};
  for (const name of DECIDE) {
    const values = [queue.arguments[`x-${name}`], operator[name], policy[name]].filter(isPlain);
    const numbers = values.filter((value) => typeof value === 'number');
    const value = numbers.length > 0 ? Math.min(...numbers) : values[0];
    if (value !== undefined) rules[`x-${name}`] = value;
  }
  return rules;
}

/** A number of a rule that is one; undefined for anything else. */
export function numberIn(rules: Rules, name: string): number | undefined {
  const value = rules[name];
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
