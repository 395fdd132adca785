import type { JSX } from 'preact';
import type { RowDetails, SourceReport } from '../../../model/diagnosis';
import type { Verification } from '../../../model/verdict';
import { list } from '../../../report/summary';
import { readingTexts, VERDICT_MEANINGS } from '../../../report/verdictText';
import { ABOUT } from '../../../causes/about';
import { outweighed } from '../../model/overruled';
import { dispute, storyOf, type Seen, type Step } from '../../model/story';
import { CONFIDENCE_MEANINGS } from '../../model/words';
import { Foreign } from '../Foreign';
import { VerdictMark } from '../VerdictMark';

interface StoryProps {
  readonly sample: RowDetails;
  readonly sources: readonly SourceReport[];
}

/** How the verdict of a sample came about: where one looked, what was seen, what that means, and the verdict last. */
export function Story({ sample, sources }: StoryProps): JSX.Element {
  const { verification } = sample;
  if (!verification)
    return (
      <>
        <h4>Story</h4>
        <p>It was not verified whether this task ran: only its row was read.</p>
      </>
    );
  const disputed = dispute(sample);
  const otherwise = outweighed(sample);
  return (
    <>
      <h4>Story</h4>
      <ol class="story">
        {storyOf(sample, sources).map((step) => (
          <StepItem key={step.source} step={step} />
        ))}
        {disputed.length > 0 && (
          <li class="against">
            <strong>The evidence disagrees:</strong> it speaks for {list(disputed)}.
          </li>
        )}
        {otherwise !== null && <li class="against">{otherwise}</li>}
        <Readings verification={verification} />
        <Result verification={verification} />
      </ol>
    </>
  );
}

/** What the row's own evidence does not say itself. */
const GAPS = { partial: 'read in part', unavailable: 'not read', 'not-configured': 'not asked' } as const;

function StepItem({ step: { title, looksAt, gap, seen } }: { readonly step: Step }): JSX.Element {
  return (
    <li class={gap ? 'gap' : undefined}>
      <div>
        <strong>
          <Foreign text={title} />
        </strong>
        {gap && <strong>, {GAPS[gap.state]}</strong>} {looksAt !== '' && <span class="quiet">{looksAt}</span>}
      </div>
      {gap && seen.length === 0 && (
        <p>
          <Foreign text={gap.detail} />
        </p>
      )}
      {seen.map((one) => (
        <Observation one={one} />
      ))}
    </li>
  );
}

function Observation({ one: { says, supports, contradicts } }: { readonly one: Seen }): JSX.Element {
  return (
    <p class={contradicts ? 'against' : undefined}>
      <Foreign text={says} />{' '}
      {supports && (
        <span class="speaks-for">
          speaks for <VerdictMark verdict={supports} />
        </span>
      )}
      {contradicts && <strong> This contradicts the verdict.</strong>}
    </p>
  );
}

function Readings({ verification }: { readonly verification: Verification }): JSX.Element | null {
  const readings = readingTexts(verification);
  if (readings.length === 0) return null;
  return (
    <li>
      <strong>What it can still be</strong>
      <ul class="readings">
        {readings.map(({ head, why, decidedBy }) => (
          <li>
            <strong>{head}</strong>: <bdi>{why}</bdi>; <bdi>{decidedBy}</bdi>.
          </li>
        ))}
      </ul>
    </li>
  );
}

function Result({
  verification: { verdict, cause, confidence },
}: {
  readonly verification: Verification;
}): JSX.Element {
  return (
    <li class="result">
      <div>
        <strong>Verdict</strong> <VerdictMark verdict={verdict} />: {VERDICT_MEANINGS[verdict]}.
      </div>
      {cause && (
        <div>
          Cause <span class="word">{cause}</span>: {ABOUT[cause].meaning}.
        </div>
      )}
      {verdict !== 'unknown' && (
        <div>
          How sure: {confidence}, {CONFIDENCE_MEANINGS[confidence]}.
        </div>
      )}
    </li>
  );
}
