import type { ComponentChildren, JSX } from 'preact';
import { number } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { list } from '../../../report/summary';
import { ageText, elapsedText, utcTime } from '../../model/time';
import { useNow } from './useNow';

/** When, where and what was asked. */
export function About({ panel, head }: { readonly panel: PanelState; readonly head: DiagnosisHead }): JSX.Element {
  const { generatedAt, elapsedMs, parameters, infrastructure } = head;
  // The editor's clock and ours are the same; the server's may differ.
  const age = ageText(panel.finishedAt ?? generatedAt, useNow());
  const { address, replica } = infrastructure.postgres;
  return (
    <dl class="about">
      <Fact name="Checked">
        <time dateTime={generatedAt}>{utcTime(generatedAt)}</time>
        {age !== null && panel.origin !== 'sample' && `, ${age}`}
        {elapsedMs !== undefined && `, in ${elapsedText(elapsedMs)}`}
      </Fact>
      <Fact name="Where">
        {panel.connection !== null && (
          <>
            {panel.production && <strong>PRODUCTION: </strong>}
            <bdi>{escapeUnsafe(panel.connection)}</bdi>,{' '}
          </>
        )}
        <bdi>{escapeUnsafe(address)}</bdi>
        {replica && ' (a replica, which may lag)'}
      </Fact>
      <Fact name="Asked for">
        {list(parameters.statuses.map(escapeUnsafe), 'or')} with the last run {number(parameters.hours)} h ago or
        earlier, that is before {utcTime(parameters.olderThan)}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
