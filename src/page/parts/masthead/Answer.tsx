import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { number } from '../../../base/numbers';
import { answerOf } from '../../../report/summary';
import { When } from '../When';
import { Younger } from './Younger';

interface AnswerProps {
  readonly panel: PanelState;
  readonly head: DiagnosisHead;
}

/** The answer in one line with numbers, and what would make it wrong. The picture of the verdicts stands below it. */
export function Answer({ panel, head }: AnswerProps): JSX.Element {
  const { stuck, hidden } = useMemo(() => answerOf(head), [head]);
  return (
    <>
      <h1 id="answer" tabIndex={-1}>
        {stuck}
      </h1>
      {panel.since && <Since since={panel.since} />}
      {hidden !== null && <p class="answer-hidden">{hidden}.</p>}
      <Younger panel={panel} head={head} />
    </>
  );
}

/** What the latest repair did: after one it is the only question. */
function Since({ since: { at, change } }: { readonly since: NonNullable<PanelState['since']> }): JSX.Element {
  return (
    <p class="since">
      {change === 0 ? 'As many as' : `${number(Math.abs(change))} ${change < 0 ? 'fewer' : 'more'} than`} at{' '}
      <When at={at} />
    </p>
  );
}

/** What happened, in one sentence, or that nobody has looked. */
export function Why({ head }: { readonly head: DiagnosisHead }): JSX.Element | null {
  const { why } = useMemo(() => answerOf(head), [head]);
  return why === null ? null : <p class="answer-why">{why}.</p>;
}
