import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { answerOf } from '../../../report/summary';

/** The answer in one sentence with numbers, what became of the tasks, and how sure that is. */
export function Answer({ head }: { readonly head: DiagnosisHead }): JSX.Element {
  const { stuck, verdicts, why, sure, hidden } = useMemo(() => answerOf(head), [head]);
  const verified = head.parameters.checkExecution;
  return (
    <>
      <h1 id="answer" tabIndex={-1}>
        {stuck}
        {verdicts !== null && ':'}
      </h1>
      {hidden !== null && <p class="answer-hidden">{hidden}.</p>}
      {verdicts !== null && <p class="answer-verdicts">{together(verdicts)}.</p>}
      {why !== null && <p class="answer-why">{together(why)}.</p>}
      {sure !== null && <p class="answer-sure">{together(sure)}</p>}
      {head.taskTypes.length === 0 && hidden === null && <p class="answer-verdicts">Nothing is stuck.</p>}
      {head.taskTypes.length > 0 && !verified && <p class="answer-verdicts">What became of them was not verified.</p>}
    </>
  );
}

/** A number stays on the line of its sign. */
function together(sentence: string): string {
  return sentence.replaceAll(' %', '\u00a0%');
}
