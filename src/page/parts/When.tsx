import type { JSX } from 'preact';
import type { Timestamp } from '../../model/diagnosis';
import { exactTime, minuteTime } from '../model/moments';
import { UTC } from '../model/zone';

interface WhenProps {
  readonly at: Timestamp;
  /** With every digit. */
  readonly exact?: boolean;
}

/** A moment by the reader's clock; in UTC for the pointer, and for who looks it up in a log. */
export function When({ at, exact = false }: WhenProps): JSX.Element {
  return (
    <time dateTime={at} title={exactTime(at, UTC)}>
      {exact ? exactTime(at) : minuteTime(at)}
    </time>
  );
}
