import type { JSX } from 'preact';
import { ageOfHours } from '../../../base/age';
import { count, number } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { list } from '../../../report/summary';

/** Where nothing is stuck: what was looked at, so that the good news can be believed; and what is as old in other statuses. */
export function LookedAt({ head }: { readonly head: DiagnosisHead }): JSX.Element | null {
  const { otherStatuses, taskTypes, infrastructure, parameters } = head;
  if (taskTypes.length > 0) return null;
  const { table, estimatedRows } = infrastructure.postgres;
  return (
    <section class="looked-at" aria-labelledby="looked-at">
      <h2 id="looked-at">What was checked</h2>
      <p>
        Every row of <code>{escapeUnsafe(table)}</code>
        {estimatedRows !== null && ` (about ${count(estimatedRows, 'row')})`} in status{' '}
        {list(parameters.statuses.map(escapeUnsafe), 'or')}. None is that old.
      </p>
      {otherStatuses.length === 0 ? (
        <p>No other unfinished status has older tasks.</p>
      ) : (
        <table class="other-statuses">
          <caption>Equally old tasks in other unfinished statuses</caption>
          <thead>
            <tr>
              <th scope="col">Status</th>
              <th scope="col" class="number">
                Tasks
              </th>
              <th scope="col" class="number">
                Oldest
              </th>
            </tr>
          </thead>
          <tbody>
            {otherStatuses.map(({ status, count: rows, maxHoursStuck }) => (
              <tr key={status}>
                <th scope="row">{escapeUnsafe(status)}</th>
                <td class="number">{number(rows)}</td>
                <td class="number">{ageOfHours(maxHoursStuck)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
