import type { JSX } from 'preact';
import { number } from '../../../base/numbers';
import { marginIn } from '../../../model/estimate';
import { percentText, verdictMargins, verdictShares } from '../../../report/verdictText';
import { ageOfHours } from '../../../base/age';
import { exactHours } from '../../model/moments';
import { NO_CAUSE } from '../../model/chips';
import { partText, type SelectedType } from '../../model/select';
import { mainCause } from '../../model/sort';
import { CauseWord } from '../CauseWord';
import { Missing } from '../Foreign';
import { VerdictMark } from '../VerdictMark';
import { BoundsBar, BoundsWords } from './Bounds';
import { VerdictBar } from './VerdictBar';

interface CellProps {
  readonly selected: SelectedType;
  /** Stands alone, below the name: it must say itself what it is. */
  readonly narrow: boolean;
}

export function CountCell({ selected, narrow, filtered }: CellProps & { readonly filtered: boolean }): JSX.Element {
  const all = selected.type.count;
  return (
    <div>
      {partText([selected])}
      {narrow && (selected.count === 1 ? ' task' : ' tasks')}
      {filtered && selected.count < all && <span class="quiet"> of {number(all)}</span>}
    </div>
  );
}

export function HoursCell({ selected: { type }, narrow }: CellProps): JSX.Element {
  return (
    <div title={exactHours(type.maxHoursStuck)}>
      {narrow && 'stuck for up to '}
      {ageOfHours(type.maxHoursStuck)}
    </div>
  );
}

const NAMED = 2;

/** A bar, and the greatest shares in words; below it what the broker's numbers bound, which is about all tasks of the type. */
export function VerdictsCell({ selected }: Pick<CellProps, 'selected'>): JSX.Element {
  const { type, verdicts } = selected;
  const shares = verdictShares(verdicts, verdictMargins([{ ...type, verdicts }]));
  const rest = shares.length - NAMED;
  const whole = selected.count === type.count;
  return (
    <div class="verdicts">
      <VerdictBar shares={shares} />
      {whole && <BoundsBar type={type} height={4} />}
      <span class="verdict-words">
        {shares.slice(0, NAMED).map(({ verdict, percent }) => (
          <span key={verdict} class="verdict-share">
            <VerdictMark verdict={verdict} /> {percent}
          </span>
        ))}
        {rest > 0 && <span class="quiet">and {rest} more</span>}
      </span>
      {whole && <BoundsWords type={type} />}
    </div>
  );
}

export function CauseCell({ selected, narrow }: CellProps): JSX.Element {
  const { none, named } = mainCause(selected) ?? { none: null, named: null };
  const part = (count: number): string =>
    percentText(count / selected.count, marginIn(selected.type, count) / selected.count);
  if (!named) return narrow ? <div class="quiet">{NO_CAUSE}</div> : <Missing word={NO_CAUSE} />;
  return (
    <div>
      {none !== null && (
        <div class="quiet">
          {NO_CAUSE} <span class="share">{part(none)}</span>
        </div>
      )}
      {narrow && none === null && <span class="quiet">main cause </span>}
      <span class={none === null ? undefined : 'quiet'}>
        <CauseWord cause={named.cause} />
      </span>{' '}
      <span class="quiet share">{part(named.count)}</span>
    </div>
  );
}
