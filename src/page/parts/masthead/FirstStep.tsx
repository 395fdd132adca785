import type { JSX } from 'preact';
import { count } from '../../../base/numbers';
import { totalStuck } from '../../../model/diagnosis';
import { escapeUnsafe } from '../../../base/unsafeText';
import { planOf } from '../../../report/plan';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { rowsText } from '../../../report/verdictText';
import { act } from '../../host';
import { offersOf, type Step } from '../../model/states';
import { goTo } from '../../elements';
import { Button } from '../controls';
import { VERIFY, VERIFY_ADDS } from './Toolbar';

interface FirstStepProps {
  readonly panel: PanelState;
  readonly head: DiagnosisHead;
}

/** Where to begin: what nobody has looked at yet, or the plan's first step, with the way to it. */
export function FirstStep(props: FirstStepProps): JSX.Element | null {
  const { parameters, taskTypes } = props.head;
  return !parameters.checkExecution && taskTypes.length > 0 ? <ToVerify {...props} /> : <OfPlan {...props} />;
}

/** Without a broker nothing can be told of the tasks, so naming it comes before verifying them. */
function ToVerify({ panel, head }: FirstStepProps): JSX.Element {
  const { broker, verify } = offersOf(panel, true);
  const steps = planOf(head)
    .flatMap((part) => part.steps)
    .filter(({ number }) => number !== null).length;
  return (
    <section class="first-step" aria-labelledby="first-step">
      <p>
        <strong id="first-step">Start here:</strong>{' '}
        {broker
          ? `Add the URL of Celery's broker: ${count(totalStuck(head), 'task')} cannot be judged without it.`
          : 'Find out what happened to each of these tasks.'}
        {steps > 0 && <span class="quiet"> · {count(steps, 'more step')}</span>}
      </p>
      {broker && <Steps steps={broker} running={panel.running !== null} />}
      {!broker && verify && (
        <>
          <div class="row">
            <Button
              appearance="primary"
              disabled={panel.running !== null}
              onClick={() => {
                act('verifyExecution');
              }}
            >
              {VERIFY}
            </Button>
          </div>
          <p class="quiet first-step-note">{VERIFY_ADDS}</p>
        </>
      )}
    </section>
  );
}

function OfPlan({ panel, head }: FirstStepProps): JSX.Element | null {
  const steps = planOf(head).flatMap((part) => part.steps);
  const [first] = steps;
  if (!first) return null;
  const { id, title, rows = 0, margin = 0 } = first.recommendation;
  const more = steps.filter(({ number }) => number !== null && number > 1).length;
  const { broker } = offersOf(panel, false);
  return (
    <section class="first-step" aria-labelledby="first-step">
      <p>
        <strong id="first-step">Start here:</strong>{' '}
        <a
          href={`#recommendation-${id}`}
          onClick={(event) => {
            event.preventDefault();
            goTo(`recommendation-${id}`);
          }}
        >
          {escapeUnsafe(title)}
        </a>
        {rows > 0 && (
          <span class="quiet">
            {' '}
            ({rowsText(rows, margin)} {rows === 1 ? 'task' : 'tasks'})
          </span>
        )}
        {more > 0 && <span class="quiet"> · {count(more, 'more step')}</span>}
      </p>
      {id === SEARCH_BROKER && broker && <Steps steps={broker} running={panel.running !== null} />}
    </section>
  );
}

/** The step that a named broker ends. */
export const SEARCH_BROKER = 'search-broker';

/** The ways to do it from here; the first is the one that asks for everything. */
export function Steps({ steps, running }: { readonly steps: readonly Step[]; readonly running: boolean }): JSX.Element {
  return (
    <div class="row">
      {steps.map(({ action, title }, index) => (
        <Button
          key={action}
          appearance={index === 0 ? 'primary' : 'secondary'}
          disabled={running}
          onClick={() => {
            act(action);
          }}
        >
          {title}
        </Button>
      ))}
    </div>
  );
}
