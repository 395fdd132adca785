import type { JSX } from 'preact';
import type { Cause } from '../../model/verdict';
import { ABOUT } from '../../causes/about';

/** A cause where there is no room for what it means: the pointer and screen readers get that too. */
export function CauseWord({ cause }: { readonly cause: Cause }): JSX.Element {
  const meaning = ABOUT[cause].meaning;
  return (
    <span class="word" title={meaning}>
      {cause}
      <span class="unseen"> ({meaning})</span>
    </span>
  );
}
