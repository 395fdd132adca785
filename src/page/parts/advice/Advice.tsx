import type { JSX } from 'preact';
import { totalStuck } from '../../../model/diagnosis';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { planOf, type PlannedStep, type PlanPart, type SettledStep } from '../../../report/plan';
import { adviceHasScript } from '../../../fixes/scriptFor';
import { offersOf } from '../../model/states';
import { hasOutcomes } from '../../model/viewState';
import { Foreign } from '../Foreign';
import { LevelSign } from '../LevelSign';
import { RecommendationCard } from './RecommendationCard';

interface AdviceProps {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly panel: PanelState;
  readonly turned: readonly string[];
  /** Steps of the check before that are done. */
  readonly settled: readonly SettledStep[];
}

/** The plan: what to do now, what then, what later, and what needs nothing; before it, what is done. */
export function Advice(props: AdviceProps): JSX.Element {
  const { head, settled } = props;
  const parts = planOf(head);
  const steps = parts.reduce((sum, part) => sum + part.steps.length, 0);
  return (
    <section id="recommendations" class="plan" aria-labelledby="recommendations-title">
      <h2 id="recommendations-title">Recommendations</h2>
      {steps === 0 && (
        <p>{totalStuck(head) === 0 ? 'There is nothing to do.' : 'There is no recommendation for these tasks.'}</p>
      )}
      {steps > 1 && <p class="quiet">A task can appear in more than one step.</p>}
      {settled.length > 0 && <Settled steps={settled} />}
      {parts.map((part) => (
        <Part key={part.phase} part={part} parts={parts} {...props} />
      ))}
    </section>
  );
}

function Settled({ steps }: { readonly steps: readonly SettledStep[] }): JSX.Element {
  return (
    <>
      <h3>Done since the previous check</h3>
      <ul class="settled">
        {steps.map(({ id, title }) => (
          <li key={id}>
            <LevelSign level="ok" />
            <Foreign text={title} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface PartProps extends AdviceProps {
  readonly part: PlanPart;
  readonly parts: readonly PlanPart[];
}

function Part({ part, parts, id, head, panel, turned }: PartProps): JSX.Element {
  const title = `phase-${part.phase}`;
  const { broker, editor, fixScripts, drafts } = offersOf(panel, false);
  return (
    <>
      <h3 id={title}>{part.title}</h3>
      <ol class="advice" aria-labelledby={title}>
        {part.steps.map((step) => (
          <RecommendationCard
            key={step.recommendation.id}
            step={step}
            after={parts.flatMap(({ steps }) => steps).filter((one) => comesBefore(one, step))}
            diagnosis={id}
            total={totalStuck(head)}
            open={(step.number === 1) !== turned.includes(step.recommendation.id)}
            canShow={hasOutcomes(head)}
            broker={broker}
            scripted={fixScripts && adviceHasScript(head, step.recommendation)}
            editor={editor}
            drafts={drafts}
            running={panel.running !== null}
          />
        ))}
      </ol>
    </>
  );
}

function comesBefore({ number, recommendation }: PlannedStep, { recommendation: { after } }: PlannedStep): boolean {
  return number !== null && after?.includes(recommendation.id) === true;
}
