import type { JSX } from 'preact';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { firstStep } from '../../model/firstStep';
import { totalStuck } from '../../../model/diagnosis';
import { adviceHasScript } from '../../../fixes/scriptFor';
import { hasOutcomes } from '../../model/viewState';
import { offers } from '../../store';
import { RecommendationCard } from './RecommendationCard';
import { Sources } from './Sources';

interface AdviceProps {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly turned: readonly string[];
}

/** What to do, the steps for most tasks first and the one to begin with marked; and how far one can rely on all of this. */
export function Advice({ id, head, turned }: AdviceProps): JSX.Element {
  const { recommendations } = head;
  const total = totalStuck(head);
  const canShow = hasOutcomes(head);
  const first = firstStep(head)?.recommendation;
  return (
    <>
      <section id="recommendations" aria-labelledby="recommendations-title">
        <h2 id="recommendations-title">Recommendations</h2>
        {recommendations.length === 0 ? (
          <p>
            {total === 0
              ? 'Nothing is stuck, so there is nothing to do.'
              : 'There is no recommendation for these tasks.'}
          </p>
        ) : (
          <>
            {recommendations.length > 1 && <p class="quiet">The same tasks can stand in several steps.</p>}
            <ol class="advice">
              {recommendations.map((recommendation, index) => (
                <RecommendationCard
                  key={recommendation.id}
                  recommendation={recommendation}
                  index={index}
                  diagnosis={id}
                  total={total}
                  first={recommendation === first && recommendations.length > 1}
                  open={(recommendation === first) !== turned.includes(recommendation.id)}
                  canShow={canShow}
                  scripted={offers().fixScripts && adviceHasScript(head, recommendation)}
                />
              ))}
            </ol>
          </>
        )}
      </section>
      <Sources id={id} sources={head.sources} />
    </>
  );
}
