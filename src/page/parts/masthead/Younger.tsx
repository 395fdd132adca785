import type { JSX } from 'preact';
import { number } from '../../../base/numbers';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { answerOf } from '../../../report/summary';
import { checkHours } from '../../host';
import { offersOf } from '../../model/states';
import { youngerChoices } from '../../model/younger';
import { Button } from '../controls';

interface YoungerProps {
  readonly panel: PanelState;
  readonly head: DiagnosisHead;
}

/** Tasks that are not old enough to count, with the ways to count them: an incident of this morning must not look like none. */
export function Younger({ panel, head }: YoungerProps): JSX.Element | null {
  const { younger } = answerOf(head);
  if (younger === null) return null;
  const { younger: canAsk } = offersOf(panel, false);
  return (
    <div class="younger row">
      <span class={head.taskTypes.length === 0 ? 'younger-words' : 'quiet'}>{younger}.</span>
      {canAsk &&
        youngerChoices(head).map(({ hours, title }) => (
          <Button
            key={title}
            disabled={panel.running !== null}
            label={`${title}: check again for tasks older than ${number(hours)} h`}
            onClick={() => {
              checkHours(hours);
            }}
          >
            {title}
          </Button>
        ))}
    </div>
  );
}
