import type { JSX } from 'preact';
import { count, number } from '../../../diagnosis/numbers';
import { taskTypeName } from '../../../diagnosis/model';
import { escapeUnsafe } from '../../../diagnosis/unsafeText';
import type { TypeHead } from '../../../report/panelMessages';
import { percentText, verdictShares, VERDICT_MEANINGS } from '../../../report/verdictText';
import { CAUSE_MEANINGS, CONFIDENCE_MEANINGS } from '../../model/words';
import { useNarrow } from '../useNarrow';
import { VerdictMark } from '../VerdictMark';

/** What became of all stuck rows of a type: how many were judged alike, and how sure that is. */
export function Outcomes({ type }: { readonly type: TypeHead }): JSX.Element {
  const narrow = useNarrow();
  const outcomes = type.outcomes ?? verdictShares(type.verdicts ?? {});
  return (
    <>
      <h3>{type.count === 1 ? 'What became of it' : `What became of all ${count(type.count, 'task')}`}</h3>
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
                  <VerdictMark verdict={outcome.verdict} />
                  <div class="quiet">{VERDICT_MEANINGS[outcome.verdict]}</div>
                  {narrow && <Why outcome={outcome} />}
                </td>
                {!narrow && (
                  <td>
                    <Why outcome={outcome} />
                  </td>
                )}
                <td class="number">
                  {number(outcome.count)}
                  <div class="quiet">{percentText(outcome.count / type.count)}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Why({ outcome }: { readonly outcome: Partial<NonNullable<TypeHead['outcomes']>[number]> }): JSX.Element {
  const { cause, confidence, twin, verdict } = outcome;
  return (
    <>
      <div>
        {cause ? (
          <>
            <span class="word">{cause}</span> <span class="quiet">{CAUSE_MEANINGS[cause]}</span>
          </>
        ) : (
          <span class="quiet">no cause named</span>
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
