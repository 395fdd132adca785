import type { EvidenceSource, Verdict } from '../../model/verdict';
import { verdictShares, type VerdictMargins } from '../../report/verdictText';
import { type Outcome } from '../../model/verdict';

/** Where a piece of evidence comes from. */
export const SOURCE_ICONS: Readonly<Record<EvidenceSource, string>> = {
  row: 'table',
  postgres: 'database',
  results: 'archive',
  broker: 'mail',
  workers: 'server-process',
  effects: 'target',
  redis: 'server',
  sessions: 'plug',
};

/** `lost, likely · never-published`: confidence only where there is doubt. */
export function outcomeWords({ verdict, cause, confidence }: Outcome): string {
  const sure = confidence === 'proven' || verdict === 'unknown';
  return [sure ? verdict : `${verdict}, ${confidence}`, cause].filter((word) => word !== undefined).join(' · ');
}

const CELLS = 5;

/**
 * `71% unknown ▰▰▰▰▱ · 27% lost`: the two greatest shares. The bar is the first one, behind its word, because a narrow side bar
 * cuts what is behind; it is full or empty only where that is all or nothing.
 */
export function verdictBar(counts: Readonly<Partial<Record<Verdict, number>>>, margins: VerdictMargins = {}): string {
  const [first, second] = verdictShares(counts, margins);
  if (!first) return '';
  const filled = first.share === 1 ? CELLS : Math.min(CELLS - 1, Math.max(1, Math.round(first.share * CELLS)));
  const bar = `${'▰'.repeat(filled)}${'▱'.repeat(CELLS - filled)}`;
  const shares = [`${first.percent} ${first.verdict} ${bar}`, second && `${second.percent} ${second.verdict}`];
  return shares.filter((share) => share !== undefined).join(' · ');
}

/** `71% unknown, 27% lost`: the greatest shares in words. */
export function verdictSummary(
  counts: Readonly<Partial<Record<Verdict, number>>>,
  separator: string,
  most = 2,
  margins: VerdictMargins = {},
): string {
  return verdictShares(counts, margins)
    .slice(0, most)
    .map(({ verdict, percent }) => `${percent} ${verdict}`)
    .join(separator);
}
