import type { JSX } from 'preact';
import type { SourceReport } from '../../../model/sources';
import { escapeUnsafe } from '../../../base/unsafeText';
import { list } from '../../../report/summary';
import { act } from '../../host';
import { sourceLines, type SourceTrouble } from '../../model/sources';
import { SOURCE_STATES } from '../../model/words';
import { Button } from '../controls';
import { withoutFullStop } from '../../../base/sentences';

/** Which sources answered, in one line; each that did not in a line of its own, with its cure. */
export function Sources({ sources }: { readonly sources: readonly SourceReport[] }): JSX.Element {
  const { answered, troubles } = sourceLines(sources);
  return (
    <div class="sources-line">
      <p class="sources-read">
        <span class="sources-label">Sources read</span> {list(answered.map(escapeUnsafe))}
      </p>
      {troubles.length > 0 && (
        <ul class="troubles" aria-label="Sources that told less than they could">
          {troubles.map((trouble) => (
            <Trouble key={`${trouble.state} ${trouble.detail}`} trouble={trouble} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Trouble({
  trouble: { names, state, detail, cure, settings },
}: {
  readonly trouble: SourceTrouble;
}): JSX.Element {
  return (
    <li class={`trouble trouble-${state}`}>
      <TroubleSign warns={state === 'unavailable' || state === 'partial'} />
      <span class="trouble-words">
        <strong>{list(names.map(escapeUnsafe))}</strong> {SOURCE_STATES[state]}: {withoutFullStop(escapeUnsafe(detail))}
        .{cure !== null && ` ${cure}`}
      </span>
      {settings && (
        <Button
          label={`Open Settings for: ${list(names)}`}
          onClick={() => {
            act('openSettings');
          }}
        >
          Open Settings
        </Button>
      )}
    </li>
  );
}

function TroubleSign({ warns }: { readonly warns: boolean }): JSX.Element {
  return (
    <svg class={warns ? 'sign sign-warning' : 'sign'} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={
          warns
            ? 'M8 1.5 15 14H1zM7.3 6v4h1.4V6zm0 5v1.5h1.4V11z'
            : 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM7.3 4.5h1.4V6H7.3zm0 2.7h1.4v4.3H7.3z'
        }
        fill="currentColor"
        fill-rule="evenodd"
      />
    </svg>
  );
}
