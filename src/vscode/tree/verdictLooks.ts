import type { EvidenceSource, Outcome } from '../../model/verdict';

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

/**
 * `lost, likely · never-published`: confidence only where there is doubt.
 * @param told the verdict and its cause stand above already: only the doubt is left
 */
export function outcomeWords({ verdict, cause, confidence }: Outcome, told = false): string {
  const sure = confidence === 'proven' || verdict === 'unknown';
  if (told) return sure ? '' : confidence;
  return [sure ? verdict : `${verdict}, ${confidence}`, cause].filter((word) => word !== undefined).join(' · ');
}
