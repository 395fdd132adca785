import type { RowDetails } from '../../model/diagnosis';
import { stateOf, type SourceReport } from '../../model/sources';
import { contradicts, CONTRADICTS, type Evidence, type EvidenceSource, type Verdict } from '../../model/verdict';
import { sourceWords } from './words';

/** One thing that was seen. */
export interface Seen {
  readonly says: string;
  readonly supports: Verdict | null;
  /** It says the opposite of the verdict. */
  readonly contradicts: boolean;
}

/** One step of a row's story: a source, and what it told. */
export interface Step {
  readonly source: string;
  readonly title: string;
  readonly looksAt: string;
  /** Why it told little or nothing; null where it was read. */
  readonly gap: { readonly state: 'partial' | 'unavailable' | 'not-configured'; readonly detail: string } | null;
  readonly seen: readonly Seen[];
}

/** The order in which one looks: at the row, for its message, for who has it, for what it left. */
const ORDER: readonly EvidenceSource[] = [
  'row',
  'postgres',
  'broker',
  'workers',
  'sessions',
  'results',
  'effects',
  'redis',
];

/** What was looked at and seen for one sample, source by source. Sources that could not be read are steps too. */
export function storyOf({ verification }: RowDetails, sources: readonly SourceReport[]): readonly Step[] {
  if (!verification) return [];
  const gaps = new Map(sources.filter((source) => stateOf(source) !== 'ok').map((source) => [source.name, source]));
  const seen = new Map<string, Seen[]>();
  for (const evidence of verification.evidence) {
    const lines = seen.get(evidence.source) ?? [];
    seen.set(evidence.source, [...lines, seenIn(evidence, verification.verdict)]);
  }
  const names = new Set<string>([...seen.keys(), ...gaps.keys()]);
  return [...names]
    .sort((a, b) => place(a) - place(b))
    .map((source) => step(source, gaps.get(source), seen.get(source)));
}

/** The verdicts that the evidence speaks for, where these are several: nothing else says so of a row that cannot be told. */
export function dispute({ verification }: RowDetails): readonly Verdict[] {
  if (verification?.verdict !== 'unknown') return [];
  const supported = new Set(verification.evidence.flatMap(({ supports }) => supports ?? []));
  supported.delete('unknown');
  return supported.size > 1 ? [...supported] : [];
}

function step(source: string, report: SourceReport | undefined, seen: readonly Seen[] = []): Step {
  const { title, looksAt } = sourceWords(source);
  const state = report ? stateOf(report) : 'ok';
  const gap = report && state !== 'ok' ? { state, detail: report.detail } : null;
  return { source, title, looksAt, gap, seen };
}

function seenIn(evidence: Evidence, verdict: Verdict): Seen {
  return {
    // The page has a sign for it.
    says: evidence.contradicts ? evidence.says.slice(0, -CONTRADICTS.length) : evidence.says,
    supports: evidence.supports ?? null,
    contradicts: evidence.contradicts ?? contradicts(evidence, verdict),
  };
}

function place(source: string): number {
  const at = ORDER.indexOf(source as EvidenceSource);
  return at === -1 ? ORDER.length : at;
}
