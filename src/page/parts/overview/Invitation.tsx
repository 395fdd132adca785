import type { JSX } from 'preact';
import { VERDICTS } from '../../../model/verdict';
import { VERDICT_MEANINGS } from '../../../report/verdictText';
import { VerdictMark } from '../VerdictMark';

/** Where verdicts would stand, had they been looked for: what they would tell. */
export function Invitation(): JSX.Element {
  return (
    <figure class="figure invitation">
      <figcaption>
        <h3>What became of them is not known yet</h3>
        <p class="quiet">Verify Execution gives each of these tasks one of seven verdicts, with its evidence:</p>
      </figcaption>
      <dl class="meanings">
        {VERDICTS.map((verdict) => (
          <div key={verdict}>
            <dt>
              <VerdictMark verdict={verdict} />
            </dt>
            <dd>{VERDICT_MEANINGS[verdict]}</dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}
