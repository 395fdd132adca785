import type { RowDetails } from '../../model/diagnosis';
import type { EvidenceSource, Verdict, Verification } from '../../model/verdict';
import { list } from '../../report/summary';

/** The sources as they stand in a sentence. */
const WHO: Readonly<Record<EvidenceSource, string>> = {
  row: 'the row',
  postgres: 'PostgreSQL',
  broker: 'the broker',
  workers: 'the answer of the workers',
  results: 'the result backend',
  effects: 'what the database shows of its effects',
  redis: 'the state of Redis',
  sessions: 'what PostgreSQL shows of its sessions',
};

/** A message or a run that was seen decides before any claim (docs/verdicts.md, "How claims become a verdict"). */
const SEEN: readonly Verdict[] = ['running', 'held', 'waiting'];

/** Where a verdict was decided although something that was seen speaks for another one: that it does, and why it did not decide. */
export function outweighed({ verification }: RowDetails): string | null {
  if (!verification || verification.verdict === 'unknown') return null;
  const others = new Map<Verdict, Set<string>>();
  for (const { source, supports } of verification.evidence) {
    if (supports === undefined || supports === verification.verdict || supports === 'unknown') continue;
    others.set(supports, (others.get(supports) ?? new Set()).add(WHO[source]));
  }
  if (others.size === 0) return null;
  const parts = [...others].map(
    ([verdict, who]) => `${list([...who])} ${who.size === 1 ? 'points' : 'point'} to ${verdict}`,
  );
  const several = others.size > 1 || [...others.values()].some((who) => who.size > 1);
  const sentence = `${list(parts)}; ${several ? 'they are' : 'it is'} outweighed, because ${reasonOf(verification)}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function reasonOf({ verdict, confidence }: Verification): string {
  if (SEEN.includes(verdict))
    return `its message or its run was seen, and as long as that is there the task is ${verdict}, whatever else speaks against it`;
  return confidence === 'proven'
    ? `${verdict} was observed directly, which counts before every sign`
    : `the strongest signs agree on ${verdict}, and weaker ones do not count against them`;
}
