import type { Cause, Confidence, Reading, Verdict } from '../model/verdict';
import type { RowFacts, Seconds, World } from '../model/facts';
import type { Claim, Need, Rule } from '../causes/claim';
import { surest } from './surest';
import { Weighed } from './judgementCache';

/** What the rules say of a row. The sentences of its evidence are made later, for shown rows only. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
  /** Readings that are left: all claims for `unknown`, else those for the same verdict with other causes. */
  readonly readings: readonly Claim[];
  readonly resolvesAt?: Seconds;
}

/** Verdicts of a message or run that was seen. Of several, the one that is furthest on its way counts. */
const SEEN: readonly Verdict[] = ['running', 'held', 'waiting'];

const NOTHING_KNOWN: Claim = {
  verdict: 'unknown',
  confidence: 'possible',
  why: 'No source shows what happened to it.',
  decidedBy: "the workers' logs",
};

/**
 * Weighs what all rules say of one row.
 * 1. If its message or its run was seen, that decides; otherwise nothing decides while it is somewhere. Of a row that ended, a message that
 *    will be thrown away decides nothing.
 * 2. Claims that need the message to be nowhere count only when no place is left where it may be, and are likely at most where one is left
 *    that is not likely.
 * 3. Proven claims decide, then likely ones, when they agree in the verdict.
 * Everything else is `unknown`, with every reading that is left.
 */
export function judge(facts: RowFacts, world: World, rules: readonly Rule[]): Judgement {
  const claims = claimsOf(facts, world, askedOf(facts, rules));
  // The message is somewhere, so no record of an earlier run can say what becomes of it.
  const isSomewhere = facts.messages.length + facts.tasks.length > 0;
  return isSomewhere ? somewhere.of(atMost(surest(facts), claims)) : nowhere.of(claims);
}

/** No claim about what was seen is surer than that it belongs to this row. */
function atMost(most: Confidence, claims: readonly Claim[]): readonly Claim[] {
  if (most === 'proven') return claims;
  return claims.map((claim) =>
    claim.confidence === 'proven' && SEEN.includes(claim.verdict) ? { ...claim, confidence: most } : claim,
  );
}

const somewhere = new Weighed<Judgement>((claims) => weigh(claims, true));
const nowhere = new Weighed<Judgement>((claims) => weigh(claims, false));

function weigh(claims: readonly Claim[], isSomewhere: boolean): Judgement {
  const end = claims.find(({ endsMessages }) => endsMessages === true);
  // A message that is thrown away when it comes says nothing of what becomes of its row; but where it comes from, the row does not say.
  if (end && isSomewhere && !claims.some((claim) => isSeen(claim) && claim.verdict === 'running'))
    return { verdict: end.verdict, confidence: 'likely', readings: [] };
  if (claims.some(isSeen)) {
    for (const verdict of SEEN) {
      const seen = claims.filter((claim) => claim.verdict === verdict && isSeen(claim));
      if (seen.length === 0) continue;
      const besides = claims.filter((claim) => claim.evenIfSeen === true && claim.verdict !== verdict);
      return verdict === 'running' || besides.length === 0 ? decided(seen, claims) : undecided([...seen, ...besides]);
    }
  }
  if (isSomewhere) return undecided(claims);
  const inQueue = claims.some(isWaiting);
  const withWorker = claims.some(isWithWorker);
  const counts = ({ ifNowhere }: Claim): boolean =>
    !(inQueue && ifNowhere !== undefined) && !(withWorker && ifNowhere === 'anywhere');
  const sure: Claim[] = [];
  for (const isSure of [isProven, isLikely]) {
    if (!claims.some(isSure)) continue;
    sure.push(...claims.filter(isSure));
    const strong = sure.filter(counts);
    if (strong.length === 0) continue;
    // A claim that does not count decides nothing, but still contradicts: looking at less must not decide more.
    if (strong.length < sure.length) return agree(sure) ? decided(strong, claims) : undecided(claims);
    return agree(strong) ? decided(strong, claims) : undecided(strong);
  }
  return undecided(claims);
}

// These run for every claim of every stuck row, so each exists once instead of as a new closure for every row.
const isSeen = ({ verdict, confidence }: Claim): boolean => confidence !== 'possible' && SEEN.includes(verdict);
const isWaiting = ({ verdict, kept }: Claim): boolean => verdict === 'waiting' || kept === true;
const isWithWorker = ({ verdict }: Claim): boolean => verdict === 'held' || verdict === 'running';
const isProven = ({ confidence }: Claim): boolean => confidence === 'proven';
const isLikely = ({ confidence }: Claim): boolean => confidence === 'likely';

const NEEDS: Readonly<Record<Need, number>> = {
  message: 1,
  task: 2,
  result: 4,
  effect: 8,
  doubtful: 16,
  session: 32,
};
const COMBINATIONS = 64;

/** For each list of rules: the rules to apply, by the kind of table and by what is known of a row. */
const asked = new WeakMap<readonly Rule[], Map<string, readonly (readonly Rule[])[]>>();

function listsFor(rules: readonly Rule[], kind: string): readonly (readonly Rule[])[] {
  let ofKinds = asked.get(rules);
  if (!ofKinds) asked.set(rules, (ofKinds = new Map<string, readonly (readonly Rule[])[]>()));
  let lists = ofKinds.get(kind);
  if (!lists) {
    const fitting = rules.filter((rule) => rule.for === 'any' || rule.for === kind);
    lists = Array.from({ length: COMBINATIONS }, (_, known) =>
      fitting.filter(({ needs }) => needs === undefined || needs.some((need) => (known & NEEDS[need]) !== 0)),
    );
    ofKinds.set(kind, lists);
  }
  return lists;
}

/**
 * The rules that fit the row's table and may claim something. Of most rows only the columns are known, and half of the rules are about the
 * rest.
 */
function askedOf(
  { row, messages, tasks, result, effect, doubtful, session }: RowFacts,
  rules: readonly Rule[],
): readonly Rule[] {
  const known =
    (messages.length > 0 ? NEEDS.message : 0) |
    (tasks.length > 0 ? NEEDS.task : 0) |
    (result ? NEEDS.result : 0) |
    (effect ? NEEDS.effect : 0) |
    (doubtful ? NEEDS.doubtful : 0) |
    (session ? NEEDS.session : 0);
  return listsFor(rules, row.library?.kind ?? '')[known] ?? [];
}

/** What the rules claim, in their order. No flatMap, because this runs for every stuck row and most rules claim nothing. */
function claimsOf(facts: RowFacts, world: World, rules: readonly Rule[]): readonly Claim[] {
  const claims: Claim[] = [];
  for (const rule of rules) {
    const claimed = rule.apply(facts, world);
    if (claimed === undefined) continue;
    if (isList(claimed)) for (const claim of claimed) claims.push(claim);
    else claims.push(claimed);
  }
  return claims;
}

function isList(claimed: Claim | readonly Claim[]): claimed is readonly Claim[] {
  return Array.isArray(claimed);
}

function agree(claims: readonly Claim[]): boolean {
  return claims.every((claim) => claim.verdict === claims[0]?.verdict);
}

/** @param strong claims for one verdict, the first registered first; @param all every claim: a weaker one may know the cause */
function decided(strong: readonly Claim[], all: readonly Claim[]): Judgement {
  const [first = NOTHING_KNOWN] = strong;
  const same = all.filter((claim) => claim.verdict === first.verdict);
  const causes = strong.filter((claim) => claim.cause !== undefined);
  const named = causes[0] ?? onlyCause(same);
  const cause = named?.cause ?? first.fallbackCause;
  const resolves = strong.find((claim) => claim.resolvesAt !== undefined);
  return {
    verdict: first.verdict,
    ...(cause === undefined ? {} : { cause }),
    confidence: first.confidence,
    readings: cause === undefined ? distinct(same.filter((claim) => claim.cause !== undefined)) : [],
    ...(resolves?.resolvesAt === undefined ? {} : { resolvesAt: resolves.resolvesAt }),
  };
}

/** The cause that the claims name; undefined where they name several. */
function onlyCause(claims: readonly Claim[]): Claim | undefined {
  const named = distinct(claims.filter((claim) => claim.cause !== undefined));
  return named.length === 1 ? named[0] : undefined;
}

function undecided(claims: readonly Claim[]): Judgement {
  const left = claims.length > 0 ? distinct(claims) : [NOTHING_KNOWN];
  return { verdict: 'unknown', confidence: 'possible', readings: left };
}

/** The first claim of each reading. There are a handful at most, so comparing costs less than keys for a map. */
function distinct(claims: readonly Claim[]): readonly Claim[] {
  const first: Claim[] = [];
  for (const claim of claims) if (!isAmong(first, claim)) first.push(claim);
  return first;
}

function isAmong(claims: readonly Claim[], claim: Claim): boolean {
  for (const other of claims) if (sameReading(other, claim)) return true;
  return false;
}

function sameReading(a: Claim, b: Claim): boolean {
  if (a.verdict !== b.verdict || a.cause !== b.cause) return false;
  return a.cause !== undefined || SEEN.includes(a.verdict) || a.why === b.why;
}

/** A claim as it is shown. */
export function toReading({ verdict, cause, why, decidedBy }: Claim): Reading {
  return { verdict, ...(cause === undefined ? {} : { cause }), why, decidedBy };
}
