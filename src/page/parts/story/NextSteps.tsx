import type { JSX } from 'preact';
import type { Recommendation } from '../../../model/diagnosis';
import type { TaskStory } from '../../../model/story';
import { planOf } from '../../../report/plan';
import { nextWithoutAdvice } from '../../../report/story';
import { CopyButton } from '../CopyButton';

/** What to do about one task, in the order of doing. */
export function NextSteps({ story }: { readonly story: TaskStory }): JSX.Element {
  const parts = planOf(story);
  if (parts.length === 0) return <p>{nextWithoutAdvice(story)}</p>;
  return (
    <>
      {parts.map(({ phase, title, steps }) => (
        <div key={phase} class="next-part">
          {/* One part alone needs no heading: the section has one. */}
          {parts.length > 1 && <h4>{title}</h4>}
          <ul class="next-steps">
            {steps.map(({ recommendation }) => (
              <Step key={recommendation.id} recommendation={recommendation} />
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

function Step({ recommendation }: { readonly recommendation: Recommendation }): JSX.Element {
  const { title, why, actions, snippets = [] } = recommendation;
  return (
    <li>
      <strong>{title}</strong>
      <p>{why}</p>
      {actions.length > 0 && (
        <ul>
          {actions.map((action) => (
            <li class="lines">{action}</li>
          ))}
        </ul>
      )}
      {snippets.length > 0 && (
        <div class="row">
          {snippets.map((snippet) => (
            <CopyButton key={snippet.title} title={snippet.title} text={() => snippet.text} />
          ))}
        </div>
      )}
    </li>
  );
}
