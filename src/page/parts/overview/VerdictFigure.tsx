import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count, number } from '../../../base/numbers';
import type { Confidence, Verdict } from '../../../model/verdict';
import { CONFIDENCES } from '../../../model/verdictWords';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { answerOf } from '../../../report/summary';
import { VERDICT_MEANINGS } from '../../../report/verdictText';
import { verdictLines, type VerdictLine } from '../../model/figures';
import type { Filters } from '../../model/filters';
import { filter } from '../../store';
import { HelpLink } from '../HelpLink';
import { VerdictIcon } from '../VerdictMark';
import { THICK, VerdictStack } from './VerdictStack';

interface VerdictFigureProps {
  readonly head: DiagnosisHead;
  readonly filters: Filters;
}

/**
 * What became of the tasks: one bar, and below it the number of each verdict. A verdict narrows the report down to its tasks. Each number
 * is of the tasks that the other filters leave.
 */
export function VerdictFigure({ head, filters }: VerdictFigureProps): JSX.Element | null {
  const verdicts = useMemo(() => verdictLines(head, filters), [head, filters]);
  const { sure } = useMemo(() => answerOf(head), [head]);
  if (!verdicts) return null;
  const { lines, total, narrowed } = verdicts;
  const chosen = filters.verdict;
  return (
    <figure class="verdict-figure" aria-labelledby="by-verdict">
      <figcaption class="unseen">
        <h2 id="by-verdict">What became of them</h2>
      </figcaption>
      <VerdictStack lines={lines} chosen={chosen} onChoose={choose} />
      <ul class="verdict-lines">
        {lines.map((line) => (
          <Line key={line.verdict} line={line} chosen={chosen} />
        ))}
      </ul>
      {narrowed && <p class="note quiet verdict-total">{count(total, 'task')} within the other filters</p>}
      {(sure !== null || lines.some((line) => line.sure)) && (
        <p class="note quiet verdict-sure">
          {sure !== null && <span class="answer-sure">{sure}</span>}
          {lines.some((line) => line.sure) && <ThickKey />}
        </p>
      )}
    </figure>
  );
}

function choose(verdict: Verdict, chosen: Verdict | null): void {
  filter({ verdict: chosen === verdict ? null : verdict });
}

function Line({ line, chosen }: { readonly line: VerdictLine; readonly chosen: Verdict | null }): JSX.Element {
  const { verdict, rows, percent, sure } = line;
  const pressed = chosen === verdict;
  return (
    <li class={chosen === null ? 'verdict-line' : `verdict-line ${pressed ? 'chosen' : 'not-chosen'}`}>
      <button
        type="button"
        class="line-button"
        aria-pressed={pressed}
        onClick={() => {
          choose(verdict, chosen);
        }}
      >
        <span class="line-head">
          <VerdictIcon verdict={verdict} />
          <span class="line-verdict">{verdict}</span> <span class="line-percent">{percent}</span>{' '}
          <span class="line-rows">{rows}</span>
        </span>{' '}
        <span class="line-meaning">{VERDICT_MEANINGS[verdict]}</span>{' '}
        {/* Also empty: a verdict that kept no tasks keeps its height. */}
        {sure && verdict !== 'unknown' && <span class="line-sure">{sureText(sure)}</span>}
      </button>
      <HelpLink verdict={verdict} />
    </li>
  );
}

/** What the height of a part says. */
function ThickKey(): JSX.Element {
  return (
    <span class="thick-key">
      Bar height:
      {CONFIDENCES.map((word) => (
        <span key={word} class="thick-word">
          <svg class="swatch" width="10" height="12" aria-hidden="true">
            <rect y={6 - 6 * THICK[word]} width="10" height={12 * THICK[word]} fill="currentColor" />
          </svg>
          {word}
        </span>
      ))}
    </span>
  );
}

function sureText(sure: Readonly<Record<Confidence, number>>): string {
  const words = CONFIDENCES.filter((word) => sure[word] > 0);
  return words.length === 1
    ? `all ${words.join('')}`
    : words.map((word) => `${number(sure[word])} ${word}`).join(' · ');
}
