import type { JSX } from 'preact';
import type { Cause, Verdict } from '../../model/verdict';
import { causeHelp, verdictHelp } from '../../report/docs';

/** The way to the paragraph about a verdict or a cause. Names and visible sign stay apart: a question mark for every word would be read as one. */
export function HelpLink(
  about: { readonly verdict: Verdict; readonly cause?: never } | { readonly cause: Cause; readonly verdict?: never },
): JSX.Element {
  const { verdict, cause } = about;
  const [word, href] = verdict === undefined ? [cause, causeHelp(cause)] : [verdict, verdictHelp(verdict)];
  return (
    <a class="help" href={href} title={`What “${word}” means`} aria-label={`What “${word}” means`}>
      <span>?</span>
    </a>
  );
}
