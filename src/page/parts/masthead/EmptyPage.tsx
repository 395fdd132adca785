import type { JSX } from 'preact';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { PanelState } from '../../../report/panelMessages';
import { act } from '../../host';
import {
  ADD_CONNECTION,
  cureOf,
  MANAGE_TRUST,
  offersOf,
  OPEN_SAMPLE,
  SHOW_OUTPUT,
  type Screen,
  type Step,
} from '../../model/states';
import { Button } from '../controls';
import { LevelSign } from '../LevelSign';
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
  const { broker } = offersOf(panel, false);
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
          {SHOWS_SAMPLE.includes(screen) && <StepButton step={OPEN_SAMPLE} />}
        </p>
      )}
      {screen === 'not-checked' && broker && (
        <div class="no-broker">
          <p>
            <LevelSign level="info" /> No broker found. Without Celery's broker, a check can't tell what happened to a
            task.
          </p>
          <p class="row">
            {broker.map((each) => (
              <StepButton key={each.action} step={each} />
            ))}
          </p>
        </div>
      )}
    </header>
  );
}

/** Where there is nothing to read yet, and nothing runs. */
const SHOWS_SAMPLE: readonly Screen[] = ['not-checked', 'not-configured', 'untrusted'];

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

function wordsOf(screen: Screen, { problem, trusted, next }: PanelState): Words {
  switch (screen) {
    case 'untrusted':
      return {
        title: 'No connections in Restricted Mode',
        text: 'A workspace that you do not trust could name any server. Trust it to check its tasks.',
        step: MANAGE_TRUST,
      };
    case 'not-configured':
      return {
        title: 'No database found',
        text: 'There is none in .env or in the environment. Add one to start.',
        step: ADD_CONNECTION,
      };
    case 'checking':
      return {
        title: 'Running the first check…',
        text: 'Read-only. The report appears here when it is done.',
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
        title: 'Check cancelled',
        text: '',
        step: cureOf('cancelled', trusted),
      };
    case 'not-checked':
    case 'opening':
    case 'result':
      return {
        title: next ? `${escapeUnsafe(next.name)} has not been checked yet` : 'No check yet',
        text: 'Find stuck Celery tasks and why. Read-only.',
        step: { action: 'runAgain', title: 'Check Task Status' },
      };
  }
}
