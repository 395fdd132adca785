/** The task types of the market (app/market/jobs.py), and what their orders do. */
import type { EffectRule } from '../../src/model/effectRule';
import type { Random } from '../support/random';

/** What one order does; app/market/jobs.py reads it by the order's number. */
export interface Plan {
  /** How long a body works before it ends or leaves its mark. */
  readonly seconds: number;
  /** How long it goes on after its mark. */
  readonly tail?: number;
  readonly ends?: 'returns' | 'raises' | 'raises-nothing' | 'aborts' | 'circuit' | 'exits';
  /** How often it asks for a retry before it does its work. */
  readonly retries?: number;
  /** Seconds until a retry, where not RETRY_AFTER. */
  readonly retryAfter?: number;
  /** A paged task has nothing left to do after so many pages. */
  readonly lastPage?: number;
  /** The step (app/library.py) at which its process kills itself. */
  readonly dies?: 'inserted' | 'published' | 'loaded' | 'began' | 'returned' | 'raised';
  readonly diesAtAttempt?: number;
  /** Each time, also when its message came again. */
  readonly diesAlways?: boolean;
}

export interface Kind {
  readonly name: string;
  /** Where its second messages go. */
  readonly queue: 'celery' | 'bulk' | 'archive';
  /** How many of a hundred orders are its. */
  readonly share: number;
  readonly pages?: number;
  /** How its effect can be looked up; absent: nobody wrote a rule. */
  readonly rule?: EffectRule;
  plan(random: Random): Plan;
}

/** What the task left: the mark is younger than the row. */
function marked(name: string): EffectRule {
  return {
    task: `market.jobs.${name}`,
    table: 'market_mark',
    find: { n: 'args[0]', kind: { from: 'kwargs.kind_', default: name } },
    outcomes: [
      {
        when: [{ column: 'done_at', atOrAfter: 'created_at' }],
        says: 'executed',
        strength: 'proven',
        text: 'Mark {n} is there.',
      },
    ],
    noRow: { says: 'not-executed', text: 'No mark {n}.' },
  };
}

/** A rule that is wrong: other code moves that column too. */
const VISITED: EffectRule = {
  task: 'market.jobs.mailing',
  table: 'market_visit',
  find: { n: 'args[0]' },
  outcomes: [
    {
      when: [{ column: 'seen_at', atOrAfter: 'created_at' }],
      says: 'executed',
      strength: 'proven',
      text: 'Visit {n} was seen.',
    },
  ],
};

/** Seconds from `least` to `most`. */
const between = (random: Random, least: number, most: number): number => least + random.next() * (most - least);

const quick = (random: Random): Plan => ({ seconds: between(random, 0, 0.2) });

/** What goes wrong in a body now and then. */
function mostly(random: Random, seconds: number, ends: NonNullable<Plan['ends']>, chance: number): Plan {
  return { seconds, ends: random.next() < chance ? ends : 'returns' };
}

const paged = (random: Random): Plan => ({
  seconds: between(random, 0.1, 0.8),
  ...(random.next() < 0.25 ? { lastPage: random.integer(1, 2) } : {}),
});

/** Bodies that take seconds, so that kills meet them in a retry. */
const retried = (random: Random): Plan => ({
  seconds: between(random, 0.3, 2),
  retries: random.pick([0, 1, 1, 2, 3]),
  // A project that waits longer: its message is in a worker's memory all the while.
  ...(random.next() < 0.12 ? { retryAfter: 600 } : {}),
});

export const KINDS: readonly Kind[] = [
  { name: 'bill', queue: 'celery', share: 9, rule: marked('bill'), plan: quick },
  {
    name: 'book',
    queue: 'celery',
    share: 5,
    rule: marked('book'),
    plan: (random) => ({ seconds: between(random, 0, 1), tail: between(random, 0, 0.5) }),
  },
  { name: 'notify', queue: 'celery', share: 7, plan: quick },
  { name: 'count', queue: 'celery', share: 5, plan: (random) => ({ seconds: between(random, 0.5, 2) }) },
  { name: 'import_rows', queue: 'celery', share: 5, pages: 3, rule: marked('import_rows'), plan: paged },
  { name: 'export_rows', queue: 'bulk', share: 5, pages: 3, plan: paged },
  { name: 'sync', queue: 'celery', share: 7, rule: marked('sync'), plan: retried },
  { name: 'fetch', queue: 'celery', share: 9, plan: retried },
  { name: 'settle', queue: 'celery', share: 4, rule: marked('settle'), plan: retried },
  {
    name: 'render',
    queue: 'bulk',
    share: 4,
    plan: (random) => ({ seconds: between(random, 1, 4), tail: between(random, 0, 1) }),
  },
  {
    name: 'refund',
    queue: 'celery',
    share: 4,
    rule: marked('refund'),
    plan: (random) => mostly(random, between(random, 0, 0.3), random.pick(['raises', 'raises-nothing', 'exits']), 0.5),
  },
  {
    name: 'audit',
    queue: 'celery',
    share: 4,
    plan: (random) => mostly(random, between(random, 0, 0.3), 'raises-nothing', 0.4),
  },
  {
    name: 'charge',
    queue: 'celery',
    share: 3,
    rule: marked('charge'),
    plan: (random) => mostly(random, 0.1, 'circuit', 0.4),
  },
  { name: 'withdraw', queue: 'celery', share: 2, plan: (random) => mostly(random, 0.1, 'aborts', 0.4) },
  {
    name: 'reserve',
    queue: 'celery',
    share: 5,
    rule: marked('reserve'),
    plan: (random) => ({ seconds: between(random, 0.5, 3) }),
  },
  {
    name: 'ship',
    queue: 'celery',
    share: 3,
    plan: (random) => ({
      seconds: between(random, 0.2, 1),
      ...(random.next() < 0.05 ? { dies: 'began' as const, diesAlways: true } : {}),
    }),
  },
  { name: 'clean', queue: 'bulk', share: 3, plan: quick },
  { name: 'archive', queue: 'archive', share: 4, rule: marked('archive'), plan: quick },
  { name: 'perishable', queue: 'celery', share: 3, rule: marked('perishable'), plan: quick },
  { name: 'quote', queue: 'celery', share: 3, plan: quick },
  { name: 'mailing', queue: 'celery', share: 3, rule: VISITED, plan: quick },
  {
    name: 'limited',
    queue: 'celery',
    share: 2,
    rule: marked('limited'),
    plan: (random) => ({ seconds: between(random, 0.2, 4) }),
  },
  {
    name: 'softly',
    queue: 'celery',
    share: 2,
    rule: marked('softly'),
    plan: (random) => ({ seconds: between(random, 0.2, 2.5) }),
  },
  { name: 'added_later', queue: 'bulk', share: 2, rule: marked('added_later'), plan: quick },
];

export const RULES: readonly EffectRule[] = KINDS.flatMap(({ rule }) => rule ?? []);
