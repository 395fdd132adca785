import type { JSX } from 'preact';
import { marginIn } from '../../../model/estimate';
import { count } from '../../../base/numbers';
import { taskTypeName, type OutcomeCount, type RowDetails } from '../../../model/diagnosis';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { TypeHead } from '../../../report/panelMessages';
import { percentText, rowsText, verdictShares, VERDICT_MEANINGS } from '../../../report/verdictText';
import { ABOUT } from '../../../causes/about';
import { rowOf } from '../../model/rows';
import { NO_CAUSE } from '../../model/chips';
import { CONFIDENCE_MEANINGS } from '../../model/words';
import { openSample } from '../../store';
import { whenDrawn } from '../../elements';
import { useNarrow } from '../hooks';
import { HelpLink } from '../HelpLink';
import { VerdictMark } from '../VerdictMark';

interface OutcomesProps {
  readonly type: TypeHead;
  /** The rows of it that stand below. */
  readonly rows: readonly RowDetails[];
}

/** What became of all stuck rows of a type: how many were judged alike, and how sure that is. */
export function Outcomes({ type, rows }: OutcomesProps): JSX.Element {
  const narrow = useNarrow();
  const outcomes = type.outcomes ?? verdictShares(type.verdicts ?? {});
  const rowFor = (outcome: Partial<OutcomeCount>): RowDetails | null => {
    const full = type.outcomes?.find((one) => one === outcome);
    return full && type.outcomes ? rowOf(full, type.outcomes, rows) : null;
  };
  return (
    <>
      <h3>{type.count === 1 ? 'What became of it' : `What became of all ${count(type.count, 'task')}`}</h3>
      {type.judged !== undefined && (
        <p class="quiet">Estimated from {count(type.judged, 'task')} drawn at random; ± holds with 95% certainty.</p>
      )}
      {outcomes.length === 0 ? (
        <p>It was not verified whether these tasks ran.</p>
      ) : (
        <table class="outcomes">
          <caption class="unseen">All stuck tasks of {escapeUnsafe(taskTypeName(type))} by verdict and cause</caption>
          <thead>
            <tr>
              <th scope="col">{narrow ? 'Verdict, cause and how sure' : 'Verdict'}</th>
              {!narrow && <th scope="col">Cause and how sure</th>}
              <th scope="col" class="number">
                Tasks
              </th>
            </tr>
          </thead>
          <tbody>
            {outcomes.map((outcome) => (
              <tr>
                <td>
                  <VerdictMark verdict={outcome.verdict} /> <HelpLink verdict={outcome.verdict} />
                  <div class="quiet">{VERDICT_MEANINGS[outcome.verdict]}</div>
                  {narrow && <Why outcome={outcome} />}
                  <RowLink row={rowFor(outcome)} />
                </td>
                {!narrow && (
                  <td>
                    <Why outcome={outcome} />
                  </td>
                )}
                <td class="number">
                  {rowsText(outcome.count, marginIn(type, outcome.count))}
                  <div class="quiet">
                    {percentText(outcome.count / type.count, marginIn(type, outcome.count) / type.count)}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** The way to a row that was judged so, which opens. */
function RowLink({ row }: { readonly row: RowDetails | null }): JSX.Element | null {
  if (!row) return null;
  return (
    <button
      type="button"
      class="link-button"
      onClick={() => {
        openSample(row.id, true);
        whenDrawn(`sample-${row.id}`, (button) => {
          button.scrollIntoView({ block: 'start' });
          button.focus({ preventScroll: true });
        });
      }}
    >
      See row {row.id}
    </button>
  );
}

function Why({ outcome }: { readonly outcome: Partial<NonNullable<TypeHead['outcomes']>[number]> }): JSX.Element {
  const { cause, confidence, twin, verdict } = outcome;
  return (
    <>
      <div>
        {cause ? (
          <>
            <span class="word">{cause}</span> <HelpLink cause={cause} />{' '}
            <span class="quiet">{ABOUT[cause].meaning}</span>
          </>
        ) : (
          <span class="quiet">{NO_CAUSE}</span>
        )}
      </div>
      {confidence && verdict !== 'unknown' && (
        <div class="quiet">
          {confidence}: {CONFIDENCE_MEANINGS[confidence]}
        </div>
      )}
      {twin && <div>Another row with the same task and arguments was made within a day: it may have got the work.</div>}
    </>
  );
}
