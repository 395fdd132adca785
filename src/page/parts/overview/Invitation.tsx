import type { JSX } from 'preact';
import { VERDICTS } from '../../../model/verdict';
import { VERDICT_MEANINGS } from '../../../report/verdictText';
import { VERIFY } from '../masthead/Toolbar';
import { HelpLink } from '../HelpLink';
import { VerdictMark } from '../VerdictMark';

/** Where verdicts would stand, had they been looked for: what they would tell. */
export function Invitation(): JSX.Element {
  return (
    <figure class="figure invitation">
      <figcaption>
        <h3>This check did not look for what happened to them</h3>
        <p class="quiet">{VERIFY} gives each of these tasks one of seven verdicts, with the evidence for it:</p>
      </figcaption>
      <dl class="meanings">
        {VERDICTS.map((verdict) => (
          <div key={verdict}>
            <dt>
              <VerdictMark verdict={verdict} /> <HelpLink verdict={verdict} />
            </dt>
            <dd>{VERDICT_MEANINGS[verdict]}</dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}
