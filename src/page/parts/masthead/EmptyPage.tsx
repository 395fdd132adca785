import type { JSX } from 'preact';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { PanelState } from '../../../report/panelMessages';
import { act } from '../../host';
import { ADD_CONNECTION, cureOf, MANAGE_TRUST, SHOW_OUTPUT, type Screen, type Step } from '../../model/states';
import { Button } from '../controls';
import { Running } from './Running';

interface Words {
  readonly title: string;
  readonly text: string;
  /** The one thing to do. */
  readonly step: Step | null;
}

/** The whole page while there is no Diagnosis: why, and the one thing to do. */
export function EmptyPage({ screen, panel }: { readonly screen: Screen; readonly panel: PanelState }): JSX.Element {
  const { title, text, step } = wordsOf(screen, panel);
  return (
    <header class="empty">
      <h1 id="answer" tabIndex={-1}>
        {title}
      </h1>
      {text !== '' && <p>{text}</p>}
      {panel.running && <Running running={panel.running} />}
      {step && (
        <p class="row">
          <StepButton step={step} primary />
          {screen === 'failed' && step.action !== SHOW_OUTPUT.action && <StepButton step={SHOW_OUTPUT} />}
        </p>
      )}
    </header>
  );
}

function StepButton({ step, primary = false }: { readonly step: Step; readonly primary?: boolean }): JSX.Element {
  return (
    <Button
      appearance={primary ? 'primary' : 'secondary'}
      onClick={() => {
        act(step.action);
      }}
    >
      {step.title}
    </Button>
  );
}

function wordsOf(screen: Screen, { problem, trusted }: PanelState): Words {
  switch (screen) {
    case 'untrusted':
      return {
        title: 'Nothing is connected in Restricted Mode',
        text: 'A workspace that you do not trust could name any server. Trust it to check its tasks.',
        step: MANAGE_TRUST,
      };
    case 'not-configured':
      return {
        title: 'No database is known yet',
        text: "A DATABASE_URL in the workspace's .env or in the environment is found by itself; otherwise name one.",
        step: ADD_CONNECTION,
      };
    case 'checking':
      return {
        title: 'The first check runs',
        text: 'Nothing is changed: what is looked at is only read. The report appears here when it is done.',
        step: null,
      };
    case 'failed':
      return {
        title: 'The check failed',
        text: escapeUnsafe(problem?.message ?? ''),
        step: cureOf(problem?.kind ?? 'unknown', trusted),
      };
    case 'cancelled':
      return {
        title: 'The check was cancelled',
        text: 'Nothing was found out, and nothing was changed.',
        step: cureOf('cancelled', trusted),
      };
    case 'not-checked':
    case 'opening':
    case 'result':
      return {
        title: 'Nothing was checked yet',
        text: 'Find the Celery tasks that are stuck, and why. Nothing is changed: what is looked at is only read.',
        step: { action: 'runAgain', title: 'Check Task Status' },
      };
  }
}
