import type { JSX } from 'preact';
import { number } from '../../../base/numbers';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { roughly } from '../../model/moments';
import { Foreign } from '../Foreign';
import { Paged } from './Paged';

/** Rows as old, in statuses that the check was not asked about. */
export function OtherStatuses({ statuses }: { readonly statuses: DiagnosisHead['otherStatuses'] }): JSX.Element | null {
  if (statuses.length === 0) return null;
  return (
    <>
      <h3>Other statuses</h3>
      <p class="quiet">
        Tasks that are as old and not finished, in statuses that this check was not asked about (celeryTasks.statuses).
      </p>
      <Paged
        rows={statuses}
        what="statuses"
        caption="Tasks in other statuses"
        columns={[{ title: 'Status' }, { title: 'Tasks', number: true }, { title: 'Longest', number: true }]}
        cells={({ status, count, maxHoursStuck }) => [
          <Foreign text={status} />,
          number(count),
          <>
            {number(Math.floor(maxHoursStuck))} h{' '}
            {maxHoursStuck >= 48 && <span class="quiet">({roughly(maxHoursStuck)})</span>}
          </>,
        ]}
      />
    </>
  );
}
