/** Task types of a made-up application: what their bodies do, and what a rule about their effects says. */
import type { EffectSign } from '../../../src/model/effectFacts';
import type { Random } from '../../support/random';

export type Ending =
  'returns' | 'raises' | 'raises without a text' | 'asks for a retry' | 'aborts' | 'meets an open circuit';

/** How well a rule about a task's effect fits it. */
export interface EffectRule {
  readonly strength: EffectSign['strength'];
  /** What no effect means to it. */
  readonly absent: 'not-executed' | 'cannot-say';
  /** A rule of the product, which was made from the task's source; else of a user. */
  readonly builtIn: boolean;
}

export interface TaskType {
  readonly module: string;
  readonly name: string;
  /** As Celery knows it: `module.name`, unless the decorator says `name=`. */
  readonly celeryName: string;
  readonly queue: string;
  readonly priority: number;
  /** Its body and the save before it are one transaction. */
  readonly transaction: boolean;
  readonly keepsResults: boolean;
  readonly returnsValue: boolean;
  readonly fallback: boolean;
  /** Seconds after publishing. */
  readonly expires: number | null;
  readonly pages: number;
  /** The chance that a page finds nothing left and publishes no other. */
  readonly endsEarly: number;
  readonly softLimit: number | null;
  readonly hardLimit: number | null;
  readonly seconds: readonly [from: number, to: number];
  readonly usesDatabase: boolean;
  readonly endings: readonly Ending[];
  readonly effect: 'none' | 'last' | 'in the middle';
  readonly rule: EffectRule | null;
  /** Other code writes the same, so the rule is wrong. */
  readonly othersWriteIt: boolean;
  /** Somebody takes effects away again. */
  readonly cleaned: boolean;
  /** How many different arguments there are: few make twins. */
  readonly arguments: number;
}

const RARE_ENDINGS: readonly Ending[] = [
  'raises',
  'raises without a text',
  'asks for a retry',
  'asks for a retry',
  'aborts',
  'meets an open circuit',
];

const SECONDS: readonly TaskType['seconds'][] = [
  [0.002, 0.05],
  [0.002, 0.05],
  [0.5, 20],
  [60, 900],
  [1800, 9000],
];

/** `module.name`, as rows have it. */
export function nameOf({ module, name }: Pick<TaskType, 'module' | 'name'>): string {
  return `${module}.${name}`;
}

export function makeTypes(random: Random, queues: readonly string[]): readonly TaskType[] {
  const names = random.some(['bill', 'send', 'sync', 'close', 'import_rows'], 0.6);
  return names.map((name) => makeType(random, name, queues));
}

function makeType(random: Random, name: string, queues: readonly string[]): TaskType {
  const chance = (part: number): boolean => random.next() < part;
  const seconds = random.pick(SECONDS);
  const softLimit = chance(0.15) ? random.pick([1, 30, 600]) : null;
  const effect = chance(0.6) ? (chance(0.85) ? 'last' : 'in the middle') : 'none';
  const builtIn = effect === 'last' && chance(0.4);
  const othersWriteIt = !builtIn && chance(0.15);
  return {
    module: 'shop.tasks',
    name,
    celeryName: chance(0.08) ? `${name}-now` : `shop.tasks.${name}`,
    queue: random.pick(queues),
    priority: random.pick([5, 5, 0, 9]),
    transaction: chance(0.25),
    keepsResults: chance(0.3),
    returnsValue: chance(0.4),
    fallback: chance(0.15),
    expires: chance(0.1) ? random.pick([5, 300]) : null,
    pages: name === 'import_rows' ? random.integer(2, 4) : 1,
    endsEarly: chance(0.3) ? 0.3 : 0,
    softLimit,
    hardLimit: chance(0.15) ? (softLimit ?? random.pick([1, 30, 600])) * 1.5 : null,
    seconds,
    usesDatabase: effect !== 'none' || chance(0.5),
    endings: [
      'returns',
      'returns',
      'returns',
      'returns',
      ...(chance(0.35) ? [] : RARE_ENDINGS.filter(() => chance(0.4))),
    ],
    effect,
    rule:
      (effect !== 'none' || othersWriteIt) && chance(0.8)
        ? { strength: random.pick(['proven', 'likely']), absent: random.pick(['not-executed', 'cannot-say']), builtIn }
        : null,
    othersWriteIt,
    cleaned: chance(0.05),
    arguments: random.pick([2, 1000]),
  };
}
