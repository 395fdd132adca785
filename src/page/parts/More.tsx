import type { JSX } from 'preact';
import { number } from '../../base/numbers';
import { Button } from './controls';

interface MoreProps {
  readonly shown: number;
  readonly all: number;
  /** How many more at a time. */
  readonly page: number;
  /** What they are: `task types`. */
  readonly what: string;
  readonly onShow: (shown: number) => void;
}

/** Below a list that is shown in part: the next page of it, or all. Nothing where all is shown. */
export function More({ shown, all, page, what, onShow }: MoreProps): JSX.Element | null {
  if (shown >= all) return null;
  const next = Math.min(page, all - shown);
  return (
    <div class="row more">
      <span class="quiet">
        {number(shown)} of {number(all)} {what} are shown.
      </span>
      <Button
        label={`Show ${number(next)} more ${what}`}
        onClick={() => {
          onShow(shown + next);
        }}
      >
        Show {number(next)} more
      </Button>
      {all > shown + next && (
        <Button
          label={`Show all ${number(all)} ${what}`}
          onClick={() => {
            onShow(all);
          }}
        >
          Show all {number(all)}
        </Button>
      )}
    </div>
  );
}
