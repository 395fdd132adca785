import type { ComponentChildren, JSX } from 'preact';
import { number } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { list } from '../../../report/summary';
import { goTo } from '../../elements';
import { exactTime, minuteTime } from '../../model/moments';
import { shortlyRead } from '../../model/sources';
import { agoText, elapsedText } from '../../model/time';
import { UTC } from '../../model/zone';
import { LevelSign } from '../LevelSign';
import { When } from '../When';
import { useNow } from './useNow';

/** When, where and what was asked, and how much could be read: one line, which opens to the exact words. */
export function About({ panel, head }: { readonly panel: PanelState; readonly head: DiagnosisHead }): JSX.Element {
  const { generatedAt, elapsedMs, parameters, infrastructure, sources } = head;
  // The editor's clock and ours are the same; the server's may differ.
  const ago = panel.origin === 'sample' ? null : agoText(panel.finishedAt ?? generatedAt, useNow());
  const { address, replica } = infrastructure.postgres;
  const statuses = list(parameters.statuses.map(escapeUnsafe), 'or');
  const read = shortlyRead(sources);
  return (
    <details class="about">
      <summary>
        <span title={exactTime(generatedAt, UTC)}>Checked {ago ?? minuteTime(generatedAt)}</span>
        {panel.connection !== null && (
          <>
            {' · '}
            {panel.production && <strong class="production">PRODUCTION: </strong>}
            <bdi>{escapeUnsafe(panel.connection)}</bdi>
          </>
        )}
        {` · ${statuses} > ${number(parameters.hours)} h · `}
        {!read.whole && (
          <>
            <LevelSign level="warning" />{' '}
          </>
        )}
        {read.says}
      </summary>
      <dl>
        <Fact name="Checked">
          <When at={generatedAt} exact />
          {elapsedMs !== undefined && `, in ${elapsedText(elapsedMs)}`}
        </Fact>
        <Fact name="Where">
          <bdi>{escapeUnsafe(address)}</bdi>
          {replica && ' (a replica, which may lag)'}
        </Fact>
        <Fact name="Filter">
          {statuses}, last run before <When at={parameters.olderThan} />
        </Fact>
        <Fact name="Sources">
          <a
            href="#sources"
            onClick={(event) => {
              event.preventDefault();
              goTo('sources');
            }}
          >
            {read.says}
          </a>
        </Fact>
      </dl>
    </details>
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
