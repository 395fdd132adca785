import type { JSX } from 'preact';
import { boundsSentence, boundsShort, BOUNDS_NOTE, messagesAtMost } from '../../../report/boundsText';
import type { TypeHead } from '../../../report/panelMessages';
import { NO_MESSAGE } from '../overview/Patterns';

type Bounded = Pick<TypeHead, 'count' | 'bounds'>;

/** `≤ 41 messages`, in words below the bar. */
export function BoundsWords({ type }: { readonly type: Bounded }): JSX.Element | null {
  const words = boundsShort(type);
  return words === null ? null : <div class="bounds-words">{words}</div>;
}

/** The same where a type is open, with the sentence, and why it is no verdict. */
export function BoundsFigure({ type }: { readonly type: Bounded }): JSX.Element | null {
  const sentence = boundsSentence(type);
  if (sentence === null) return null;
  return (
    <>
      <h3>{type.count === 1 ? 'Its message' : 'Their messages'}</h3>
      <BoundsBar type={type} height={12} />
      <p class="bounds-sentence">{sentence}</p>
      <p class="quiet bounds-note">{BOUNDS_NOTE}</p>
    </>
  );
}

/** What the two fills of these bars mean; it stands once, above the table. */
export function BoundsKey(): JSX.Element {
  return (
    <p class="note quiet bounds-key">
      <span class="bounds-fill">
        <svg class="swatch" width="14" height="10" aria-hidden="true">
          <rect width="14" height="10" fill={NO_MESSAGE} />
        </svg>
        at least so many have no message
      </span>
      <span class="bounds-fill">
        <svg class="swatch bounds-some" width="14" height="10" aria-hidden="true">
          <rect width="14" height="10" />
        </svg>
        at most so many have one
      </span>
      <span>{BOUNDS_NOTE}</span>
    </p>
  );
}

/** What is there can be seen. */
const LEAST = 1;

/** As long as the bar of the verdicts, and below it: how many of the type's tasks have no message, whichever these are. */
export function BoundsBar({ type, height }: { readonly type: Bounded; readonly height: number }): JSX.Element | null {
  const most = messagesAtMost(type);
  if (most === null || most >= type.count) return null;
  const some = most === 0 ? 0 : Math.max(LEAST, (most / type.count) * 100);
  return (
    <svg class="bounds-bar" height={height} aria-hidden="true">
      <rect width={`${100 - some}%`} height={height} fill={NO_MESSAGE} />
      {some > 0 && <rect class="bounds-some" x={`${100 - some}%`} width={`${some}%`} height={height} />}
    </svg>
  );
}
