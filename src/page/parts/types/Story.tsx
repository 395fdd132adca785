import type { JSX } from 'preact';
import type { RowDetails } from '../../../model/diagnosis';
import type { SourceReport } from '../../../model/sources';
import type { Verdict, Verification } from '../../../model/verdict';
import { UNTESTED, UNTESTED_MEANING } from '../../../report/ruleTests';
import { dispute, storyParts, type Seen, type Step } from '../../../report/story';
import { list } from '../../../report/summary';
import { readingTexts, VERDICT_MEANINGS } from '../../../report/verdictText';
import { ABOUT } from '../../../causes/about';
import { outweighed } from '../../model/overruled';
import { CONFIDENCE_MEANINGS } from '../../model/words';
import { Foreign } from '../Foreign';
import { HelpLink } from '../HelpLink';
import { VerdictMark } from '../VerdictMark';

interface StoryProps {
  readonly sample: RowDetails;
  readonly sources: readonly SourceReport[];
  /** What the verdict means for this row, where its status says more than the verdict alone. */
  readonly meaning?: string | undefined;
}

/** How the verdict of a row came about: the verdict first, then what decided, what speaks against it, and folded what else was looked at. */
export function Story({ sample, sources, meaning }: StoryProps): JSX.Element {
  const { verification } = sample;
  if (!verification)
    return (
      <>
        <h4>Story</h4>
        <p>Only the row was read: this check did not verify whether the task ran.</p>
      </>
    );
  const { because, against, also } = storyParts(verification, sources);
  return (
    <div class="story">
      <Result verification={verification} meaning={meaning} />
      {because.length > 0 && (
        <>
          <h4>{verification.verdict === 'unknown' ? 'What points to each' : 'Because'}</h4>
          <ul class="because">
            {because.map((one) => (
              <Observation one={one} verdict={verification.verdict} />
            ))}
          </ul>
        </>
      )}
      <Against sample={sample} against={against} verification={verification} />
      <Readings verification={verification} />
      <AlsoLookedAt steps={also} />
    </div>
  );
}

function Result({
  verification: { verdict, cause, confidence },
  meaning,
}: {
  readonly verification: Verification;
  readonly meaning: string | undefined;
}): JSX.Element {
  return (
    <div class="result">
      <div>
        <strong>
          <VerdictMark verdict={verdict} />
        </strong>
        : {meaning ?? VERDICT_MEANINGS[verdict]}. <HelpLink verdict={verdict} />
      </div>
      {cause && (
        <div>
          Cause: <span class="word">{cause}</span>, {ABOUT[cause].meaning}. <HelpLink cause={cause} />
        </div>
      )}
      {verdict !== 'unknown' && (
        <div>
          How sure: {confidence}, {CONFIDENCE_MEANINGS[confidence]}.
        </div>
      )}
    </div>
  );
}

function Against({
  sample,
  against,
  verification,
}: {
  readonly sample: RowDetails;
  readonly against: readonly Seen[];
  readonly verification: Verification;
}): JSX.Element | null {
  const disputed = dispute(verification);
  const otherwise = outweighed(sample);
  if (against.length === 0 && disputed.length === 0 && otherwise === null) return null;
  return (
    <>
      <h4>But</h4>
      <ul class="because">
        {against.map((one) => (
          <Observation one={one} verdict={verification.verdict} />
        ))}
        {disputed.length > 0 && (
          <li class="against">
            <strong>The evidence disagrees:</strong> it points to {list(disputed)}.
          </li>
        )}
        {otherwise !== null && <li class="against">{otherwise}</li>}
      </ul>
    </>
  );
}

interface ObservationProps {
  readonly one: Seen;
  /** That of the row: evidence for it needs no mark. */
  readonly verdict: Verdict;
}

function Observation({ one: { says, supports, contradicts, untested }, verdict }: ObservationProps): JSX.Element {
  return (
    <li class={contradicts ? 'against' : undefined}>
      <Foreign text={says} />
      {untested && <Untested />}{' '}
      {supports && supports !== verdict && (
        <span class="speaks-for">
          points to <VerdictMark verdict={supports} />
        </span>
      )}
      {contradicts && <strong> This contradicts the verdict.</strong>}
    </li>
  );
}

/** The mark of evidence whose effect rule was not tested on enough tasks. */
function Untested(): JSX.Element {
  return (
    <span class="quiet" title={UNTESTED_MEANING}>
      {' '}
      ({UNTESTED})
    </span>
  );
}

function Readings({ verification }: { readonly verification: Verification }): JSX.Element | null {
  const readings = readingTexts(verification);
  if (readings.length === 0) return null;
  return (
    <>
      <h4>What it may still be</h4>
      <ul class="readings">
        {readings.map(({ head, why, decidedBy }) => (
          <li>
            <strong>{head}</strong>: <bdi>{why}</bdi>; <bdi>{decidedBy}</bdi>.
          </li>
        ))}
      </ul>
    </>
  );
}

/** What the evidence does not say itself. */
const GAPS = { partial: 'read in part', unavailable: 'not read', 'not-configured': 'not set up' } as const;

function AlsoLookedAt({ steps }: { readonly steps: readonly Step[] }): JSX.Element | null {
  if (steps.length === 0) return null;
  const gaps = steps.filter(({ gap }) => gap !== null).length;
  return (
    <details class="also">
      <summary>
        Also looked at: {list(steps.map(inSentence))}
        {gaps > 0 && <span class="quiet"> ({gaps} not read completely)</span>}
      </summary>
      <dl class="looked-at">
        {steps.map((step) => (
          <StepItem step={step} />
        ))}
      </dl>
    </details>
  );
}

/** A source's title within a sentence; names stay as they are written. */
function inSentence({ source, title }: Step): string {
  return source === 'redis' ? title : `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}

function StepItem({ step: { title, gap, seen } }: { readonly step: Step }): JSX.Element {
  return (
    <>
      <dt>
        <Foreign text={title} />
        {gap && <span class="gap">, {GAPS[gap.state]}</span>}
      </dt>
      <dd>
        {gap && seen.length === 0 && (
          <p>
            <Foreign text={gap.detail} />
          </p>
        )}
        {seen.map(({ says, untested }) => (
          <p>
            <Foreign text={says} />
            {untested && <Untested />}
          </p>
        ))}
      </dd>
    </>
  );
}
