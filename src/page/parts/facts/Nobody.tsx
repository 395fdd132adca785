import type { JSX } from 'preact';
import { LevelSign } from '../LevelSign';

/** That no worker takes messages that wait. */
export function Nobody({ says }: { readonly says: string }): JSX.Element {
  return (
    <strong class="nobody">
      <LevelSign level="alarm" /> {says}
    </strong>
  );
}
