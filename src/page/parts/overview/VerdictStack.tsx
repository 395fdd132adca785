import type { JSX } from 'preact';
import type { Confidence, Verdict } from '../../../model/verdict';
import { CONFIDENCES } from '../../../model/verdictWords';
import type { VerdictLine } from '../../model/figures';
import { fillOf } from './Patterns';

/** How high a part of the bar is drawn where its tasks are so sure. */
export const THICK: Readonly<Record<Confidence, number>> = { proven: 1, likely: 0.65, possible: 0.3 };

const HEIGHT = 28;
/** Less of the bar has no room for its number. */
const ROOM = 0.08;

interface VerdictStackProps {
  readonly lines: readonly VerdictLine[];
  readonly chosen: Verdict | null;
  readonly onChoose: (verdict: Verdict, chosen: Verdict | null) => void;
}

/** All tasks as one bar, a part for each verdict. The lines below it say and do the same, so it is hidden from screen readers and Tab. */
export function VerdictStack({ lines, chosen, onChoose }: VerdictStackProps): JSX.Element {
  return (
    <div class="stack" aria-hidden="true">
      {lines
        .filter(({ count }) => count > 0)
        .map(({ verdict, count, share, percent, rows, sure }) => (
          <div
            key={verdict}
            class={chosen === null || chosen === verdict ? 'stack-part' : 'stack-part not-chosen'}
            style={{ flexGrow: count }}
            title={`${verdict}: ${rows} (${percent})`}
            onClick={() => {
              onChoose(verdict, chosen);
            }}
          >
            {partsOf(verdict, count, sure).map(({ key, rows: some, thick }) => (
              <svg key={key} class="bar-part" height={HEIGHT} style={{ flexGrow: some }}>
                <rect y={(HEIGHT * (1 - thick)) / 2} width="100%" height={HEIGHT * thick} fill={fillOf(verdict)} />
              </svg>
            ))}
            {share >= ROOM && <span class="stack-number">{percent}</span>}
          </div>
        ))}
    </div>
  );
}

/** What nothing is known of has no degree of being known. */
function partsOf(
  verdict: Verdict,
  count: number,
  sure: VerdictLine['sure'],
): { key: string; rows: number; thick: number }[] {
  if (!sure || verdict === 'unknown') return [{ key: 'all', rows: count, thick: 1 }];
  return CONFIDENCES.map((word) => ({ key: word, rows: sure[word], thick: THICK[word] })).filter(
    ({ rows }) => rows > 0,
  );
}
