import type { JSX } from 'preact';
import { number } from '../../../base/numbers';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { ageOfHours } from '../../../base/age';
import { Foreign } from '../Foreign';
import { Paged } from './Paged';

/** Rows as old, in statuses that the check was not asked about. */
export function OtherStatuses({ statuses }: { readonly statuses: DiagnosisHead['otherStatuses'] }): JSX.Element | null {
  if (statuses.length === 0) return null;
  return (
    <>
      <h3>Other statuses</h3>
      <p class="quiet">
        Equally old tasks in other unfinished statuses. The setting celeryTasks.statuses says which are checked.
      </p>
      <Paged
        rows={statuses}
        what="statuses"
        caption="Tasks in other statuses"
        columns={[{ title: 'Status' }, { title: 'Tasks', number: true }, { title: 'Longest', number: true }]}
        cells={({ status, count, maxHoursStuck }) => [
          <Foreign text={status} />,
          number(count),
          ageOfHours(maxHoursStuck),
        ]}
      />
    </>
  );
}
