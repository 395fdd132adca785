import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { number } from '../../../base/numbers';
import { UTC } from '../../model/zone';
import { countOf, whenText, type Stopped } from '../../model/timeline';

/** The picture's numbers as a table; bins without rows are left out. Built when it is first opened. */
export function TimelineTable({ stopped }: { readonly stopped: Stopped }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details
      class="as-table"
      open={open}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>Show as table</summary>
      {open && <Table stopped={stopped} />}
    </details>
  );
}

function Table({ stopped }: { readonly stopped: Stopped }): JSX.Element {
  const { bins, verdicts, total } = stopped;
  const judged = verdicts.filter((verdict) => verdict !== null);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="When they stopped, as a table">
      <table>
        <caption class="unseen">Stuck tasks by the time of their last run</caption>
        <thead>
          <tr>
            <th scope="col">Last run</th>
            <th scope="col" class="number">
              Tasks
            </th>
            {judged.map((verdict) => (
              <th key={verdict} scope="col" class="number">
                {verdict}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bins.map(
            (bin, index) =>
              bin.total > 0 && (
                <tr key={index}>
                  <th scope="row" title={whenText(stopped, { from: index, to: index }, UTC)}>
                    {whenText(stopped, { from: index, to: index })}
                  </th>
                  <td class="number">{number(bin.total)}</td>
                  {judged.map((verdict) => (
                    <td key={verdict} class="number">
                      {number(countOf(bin, verdict))}
                    </td>
                  ))}
                </tr>
              ),
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            <td class="number">{number(total)}</td>
            {judged.map((verdict) => (
              <td key={verdict} class="number">
                {number(bins.reduce((sum, bin) => sum + countOf(bin, verdict), 0))}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
