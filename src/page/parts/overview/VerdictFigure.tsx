import type { JSX } from 'preact';
import { number } from '../../../base/numbers';
import type { Confidence, Verdict } from '../../../model/verdict';
import { VERDICT_MEANINGS } from '../../../report/verdictText';
import type { VerdictLine, VerdictLines } from '../../model/figures';
import { filter } from '../../store';
import { VerdictIcon } from '../VerdictMark';
import { Bar } from './Bar';

const SURE: readonly Confidence[] = ['proven', 'likely', 'possible'];
/** How thick a bar is drawn where its rows are so sure. */
const THICK: Readonly<Record<Confidence, number>> = { proven: 1, likely: 0.65, possible: 0.3 };

interface VerdictFigureProps {
  readonly verdicts: VerdictLines;
  readonly chosen: Verdict | null;
}

/** How many by verdict: a table with bars. A verdict's button narrows the report down to it. */
export function VerdictFigure({ verdicts: { lines, total, narrowed }, chosen }: VerdictFigureProps): JSX.Element {
  const widest = Math.max(...lines.map(({ share }) => share), 0.001);
  return (
    <figure class="figure verdict-figure" aria-labelledby="by-verdict">
      <figcaption>
        <h3 id="by-verdict">What became of them</h3>
      </figcaption>
      <table>
        <thead>
          <tr>
            <th scope="col">Verdict</th>
            <th scope="col" class="number">
              Tasks
            </th>
            <th scope="col" class="number">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.verdict} line={line} widest={widest} chosen={chosen} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{narrowed ? 'All within the other filters' : 'All'}</th>
            <td class="number">{number(total)}</td>
            <td class="number">{total > 0 && '100%'}</td>
          </tr>
        </tfoot>
      </table>
      {lines.some(({ sure }) => sure) && (
        <p class="note quiet">Thick bars are proven, medium ones likely, thin ones possible.</p>
      )}
    </figure>
  );
}

interface LineProps {
  readonly line: VerdictLine;
  readonly widest: number;
  readonly chosen: Verdict | null;
}

function Line({ line: { verdict, count, rows, share, percent, sure }, widest, chosen }: LineProps): JSX.Element {
  const pressed = chosen === verdict;
  const segments = sure
    ? SURE.map((word) => ({ key: word, verdict, count: sure[word], thick: THICK[word] }))
    : [{ key: 'all', verdict, count }];
  return (
    <tr class={rowClass(pressed, chosen)}>
      <th scope="row">
        <button
          type="button"
          class="line-button"
          aria-pressed={pressed}
          onClick={() => {
            filter({ verdict: pressed ? null : verdict });
          }}
        >
          <VerdictIcon verdict={verdict} />
          {verdict}
        </button>
        <span class="line-meaning">{VERDICT_MEANINGS[verdict]}</span>
        <Bar segments={segments} share={share / widest} />
        {/* Also empty: a row that kept no tasks keeps its height. */}
        {sure && verdict !== 'unknown' && <span class="line-sure">{sureText(sure)}</span>}
      </th>
      <td class="number">{rows}</td>
      <td class="number">{percent}</td>
    </tr>
  );
}

function rowClass(pressed: boolean, chosen: Verdict | null): string {
  if (chosen === null) return '';
  return pressed ? 'chosen' : 'not-chosen';
}

function sureText(sure: Readonly<Record<Confidence, number>>): string {
  const words = SURE.filter((word) => sure[word] > 0);
  return words.length === 1
    ? `all ${words.join('')}`
    : words.map((word) => `${number(sure[word])} ${word}`).join(' · ');
}
