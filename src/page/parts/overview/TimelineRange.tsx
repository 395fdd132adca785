import type { JSX } from 'preact';
import type { BinRange } from '../../model/filters';
import { endMoment, moment } from '../../model/time';
import type { Stopped } from '../../model/timeline';
import { READER } from '../../model/zone';
import { filter } from '../../store';

interface TimelineRangeProps {
  readonly stopped: Stopped;
  readonly range: BinRange | null;
}

/** The ends of the chosen time, by keyboard. All of it chosen is nothing chosen. */
export function TimelineRange({ stopped, range }: TimelineRangeProps): JSX.Element {
  const { timeline, earlier, until } = stopped;
  const last = timeline.bins - 1;
  const { from, to } = range ?? { from: 0, to: last };
  const choose = (next: BinRange): void => {
    filter({ range: next.from === 0 && next.to === last ? null : next });
  };
  return (
    <div class="range" role="group" aria-label="Time of the last run">
      <End
        name="From"
        value={from}
        last={last}
        words={earlier && from === 0 ? 'the beginning' : `${moment(timeline, from)} ${READER.label(until)}`}
        onChoose={(bin) => {
          choose({ from: bin, to: Math.max(bin, to) });
        }}
      />
      <End
        name="Until"
        value={to}
        last={last}
        words={`${endMoment(timeline, to, until)} ${READER.label(until)}`}
        onChoose={(bin) => {
          choose({ from: Math.min(bin, from), to: bin });
        }}
      />
    </div>
  );
}

interface EndProps {
  readonly name: string;
  readonly value: number;
  readonly last: number;
  readonly words: string;
  readonly onChoose: (bin: number) => void;
}

function End({ name, value, last, words, onChoose }: EndProps): JSX.Element {
  return (
    <label class="range-end">
      <span class="range-name">{name}</span>
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={value}
        aria-valuetext={words}
        aria-label={name}
        onInput={(event) => {
          onChoose(event.currentTarget.valueAsNumber);
        }}
      />
    </label>
  );
}
