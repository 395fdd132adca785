import type { JSX } from 'preact';
import { count } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { rowsText } from '../../../report/verdictText';
import { act } from '../../host';
import { firstStep } from '../../model/firstStep';
import { offersOf } from '../../model/states';
import { goTo } from '../../elements';

/** What stops damage or restores service first, with the way to it. */
export function FirstStep({
  panel,
  head,
}: {
  readonly panel: PanelState;
  readonly head: DiagnosisHead;
}): JSX.Element | null {
  const step = firstStep(head);
  if (!step) return null;
  const { recommendation, more } = step;
  const rows = recommendation?.rows ?? 0;
  return (
    <p class="first-step">
      <span class="first-step-label">What to do first</span>{' '}
      {recommendation ? (
        <a
          href="#recommendations"
          onClick={(event) => {
            event.preventDefault();
            goTo(`recommendation-${recommendation.id}`);
          }}
        >
          {escapeUnsafe(recommendation.title)}
        </a>
      ) : (
        <Verify panel={panel} />
      )}
      {rows > 0 && (
        <span class="quiet">
          {' '}
          ({rowsText(rows, recommendation?.margin ?? 0)} {rows === 1 ? 'task' : 'tasks'})
        </span>
      )}
      {more > 0 && <span class="quiet">, then {count(more, recommendation ? 'more step' : 'step')}</span>}
    </p>
  );
}

const VERIFY = 'Verify what became of them';

/** The words do it where a check can run; the toolbar says what that reads. */
function Verify({ panel }: { readonly panel: PanelState }): JSX.Element {
  if (!offersOf(panel, true).verify) return <>{VERIFY}</>;
  return (
    <button
      type="button"
      class="link-button"
      disabled={panel.running !== null}
      onClick={() => {
        act('verifyExecution');
      }}
    >
      {VERIFY}
    </button>
  );
}
