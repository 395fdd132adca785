import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, number } from '../../../base/numbers';
import type { RowDetails } from '../../../model/diagnosis';
import type { DiagnosisHead, TypeHead } from '../../../report/panelMessages';
import { rowsWithin, withinText, type PlacedRow } from '../../model/rows';
import { isWithin } from '../../model/matchesFilters';
import { current } from '../../store';
import { whenDrawn } from '../../elements';
import { Button } from '../controls';
import { More } from '../More';
import { SampleItem } from './SampleItem';
import { useFocusKept } from './useFocusKept';
import type { Loaded } from './useSamples';

const PAGE = 20;

interface SamplesProps {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly type: TypeHead;
  readonly index: number;
  readonly openSamples: readonly number[];
  readonly loaded: Loaded;
  readonly onTryAgain: () => void;
}

/** The samples of an open task type. */
export function Samples({ id, head, type, index, openSamples, loaded, onTryAgain }: SamplesProps): JSX.Element {
  const container = useRef<HTMLDivElement>(null);
  useFocusKept(container, loaded.state);
  return (
    <div class="samples" ref={container} aria-busy={loaded.state === 'loading' || loaded.state === 'slow'}>
      <h3>
        {type.sampleCount < type.count
          ? `Samples: the newest ${number(type.sampleCount)} of ${count(type.count, 'task')}`
          : `${type.count === 1 ? 'The task' : `All ${count(type.count, 'task')}`}, newest first`}
      </h3>
      {loaded.state === 'slow' && (
        <p class="row">
          <vscode-progress-ring aria-label="Loading the samples" />
          <span>Loading the samples…</span>
        </p>
      )}
      {loaded.state === 'failed' && (
        <p class="row" role="status">
          <span>The samples did not come. They may belong to a report that was replaced or closed.</span>
          <Button onClick={onTryAgain}>Try Again</Button>
        </p>
      )}
      {loaded.state === 'here' && <Lists id={id} head={head} index={index} openSamples={openSamples} loaded={loaded} />}
    </div>
  );
}

interface ListsProps extends Pick<SamplesProps, 'id' | 'head' | 'index' | 'openSamples'> {
  readonly loaded: Loaded & { readonly state: 'here' };
}

/** Only rows that the filters leave: others would be read as what was asked for. */
function Lists({ loaded, ...place }: ListsProps): JSX.Element {
  const { filters } = current().kept;
  const within = (rows: readonly RowDetails[]): PlacedRow[] =>
    rowsWithin(rows, (sample) => isWithin(sample, place.head, filters));
  const samples = within(loaded.samples);
  const examples = within(loaded.examples);
  const all = loaded.samples.length + loaded.examples.length;
  const outside = withinText(samples.length + examples.length, all);
  return (
    <>
      {all === 0 && <p class="quiet">No sample was taken.</p>}
      {outside !== null && <p class="quiet">{outside}</p>}
      <SampleList {...place} rows={samples} what="samples" />
      {examples.length > 0 && (
        <>
          <h3>One example of each other outcome</h3>
          <SampleList {...place} rows={examples} what="examples" />
        </>
      )}
    </>
  );
}

interface ListProps extends Omit<ListsProps, 'loaded'> {
  readonly rows: readonly PlacedRow[];
  /** The log has the samples, and not the examples. */
  readonly what: 'samples' | 'examples';
}

function SampleList({ id, head, index, rows, what, openSamples }: ListProps): JSX.Element | null {
  // An open sample is shown, however far down it is.
  const [wanted, setShown] = useState(PAGE);
  const shown = Math.max(wanted, rows.findLastIndex(({ sample }) => openSamples.includes(sample.id)) + 1);
  // Also after it is closed: its button has the focus.
  useEffect(() => {
    setShown(shown);
  }, [shown]);
  if (rows.length === 0) return null;
  return (
    <>
      <ul class="sample-list">
        {rows.slice(0, shown).map(({ sample, place }) => (
          <SampleItem
            key={sample.id}
            sample={sample}
            sources={head.sources}
            open={openSamples.includes(sample.id)}
            diagnosis={id}
            taskType={index}
            place={what === 'samples' ? { taskType: index, sample: place } : { taskType: index }}
          />
        ))}
      </ul>
      <More
        shown={Math.min(shown, rows.length)}
        all={rows.length}
        page={PAGE}
        what={what}
        onShow={(next) => {
          const first = rows[shown]?.sample;
          setShown(next);
          if (first)
            whenDrawn(`sample-${first.id}`, (button) => {
              button.focus({ preventScroll: true });
            });
        }}
      />
    </>
  );
}
