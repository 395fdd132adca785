import type { JSX } from 'preact';
import { count as counted, number } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { Verdict } from '../../../model/verdict';
import { verdictMargins, verdictShares } from '../../../report/verdictText';
import type { TypeLine, TypeLines } from '../../model/figures';
import { partText } from '../../model/select';
import { showType } from '../../store';
import { Bar } from './Bar';
import { Legend } from './Patterns';

interface TypesFigureProps {
  readonly types: TypeLines;
  /** Of the verdicts. */
  readonly order: readonly Verdict[];
}

/** The types with most tasks, split by verdict: a table with bars. A type's button opens it in the table of all types. */
export function TypesFigure({ types: { lines, others, total, max }, order }: TypesFigureProps): JSX.Element {
  const verdicts = order.filter((verdict) => lines.some((line) => (line.verdicts[verdict] ?? 0) > 0));
  return (
    <figure class="figure types-figure" aria-labelledby="biggest-types">
      <figcaption>
        <h3 id="biggest-types">{others.types > 0 ? 'The biggest task types' : 'Task types by size'}</h3>
      </figcaption>
      <Legend verdicts={verdicts} />
      <table>
        <thead>
          <tr>
            <th scope="col">Task type</th>
            <th scope="col" class="number">
              Tasks
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.index} line={line} max={max} order={verdicts} />
          ))}
        </tbody>
        <tfoot>
          {others.types > 0 && (
            <tr>
              <th scope="row">{counted(others.types, 'more type')}</th>
              <td class="number">{number(others.count)}</td>
            </tr>
          )}
          <tr>
            <th scope="row">All</th>
            <td class="number">{number(total)}</td>
          </tr>
        </tfoot>
      </table>
    </figure>
  );
}

interface LineProps {
  readonly line: TypeLine;
  readonly max: number;
  readonly order: readonly Verdict[];
}

function Line({ line: { type, count, verdicts }, max, order }: LineProps): JSX.Element {
  const segments =
    order.length === 0 || Object.keys(verdicts).length === 0
      ? [{ key: 'all', verdict: null, count }]
      : order.map((verdict) => ({ key: verdict, verdict, count: verdicts[verdict] ?? 0 }));
  const split = verdictShares(verdicts, verdictMargins([{ ...type, verdicts }]));
  return (
    <tr>
      <th scope="row">
        <div class="type-line">
          <button
            type="button"
            class="line-button type-button"
            onClick={() => {
              showType(type);
            }}
          >
            <bdi class="type-name">{escapeUnsafe(type.taskName)}</bdi>
            <bdi class="type-module">{escapeUnsafe(type.taskModule)}</bdi>
          </button>
          <div>
            <Bar segments={segments} share={max === 0 ? 0 : count / max} />
            {split.length > 0 && (
              <span class="split">{split.map((one) => `${one.rows} ${one.verdict}`).join(' · ')}</span>
            )}
          </div>
        </div>
      </th>
      <td class="number">{partText([{ type, count }])}</td>
    </tr>
  );
}
