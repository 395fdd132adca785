import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { count, number } from '../../../diagnosis/numbers';
import type { Sample } from '../../../diagnosis/model';
import type { DiagnosisHead, TypeHead } from '../../../report/panelMessages';
import { isWithin } from '../../model/within';
import { current } from '../../store';
import { whenDrawn } from '../../whenDrawn';
import { Button } from '../controls';
import { More } from '../More';
import { SampleItem } from './SampleItem';
import { useFocusKept } from './useFocusKept';
import { useSamples } from './useSamples';

const PAGE = 20;

interface SamplesProps {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly type: TypeHead;
  readonly index: number;
  readonly openSamples: readonly number[];
}

/** The samples of an open task type. */
export function Samples({ id, head, type, index, openSamples }: SamplesProps): JSX.Element {
  const [attempt, setAttempt] = useState(0);
  const loaded = useSamples(id, index, type.sampleCount, attempt);
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
          <Button
            onClick={() => {
              setAttempt(attempt + 1);
            }}
          >
            Try Again
          </Button>
        </p>
      )}
      {loaded.state === 'here' && (
        <>
          <SampleList
            id={id}
            head={head}
            index={index}
            rows={loaded.samples}
            what="samples"
            openSamples={openSamples}
          />
          {loaded.examples.length > 0 && (
            <>
              <h3>One row of each other outcome</h3>
              <SampleList
                id={id}
                head={head}
                index={index}
                rows={loaded.examples}
                what="examples"
                openSamples={openSamples}
              />
            </>
          )}
        </>
      )}
    </div>
  );
}

interface ListProps extends Omit<SamplesProps, 'type'> {
  readonly rows: readonly Sample[];
  /** The log has the samples, and not the examples. */
  readonly what: 'samples' | 'examples';
}

function SampleList({ id, head, index, rows, what, openSamples }: ListProps): JSX.Element {
  // An open sample is shown, however far down it is.
  const [shown, setShown] = useState(() =>
    Math.max(PAGE, rows.findLastIndex((sample) => openSamples.includes(sample.id)) + 1),
  );
  if (rows.length === 0) return <p class="quiet">No sample was taken.</p>;
  const { filters } = current().kept;
  return (
    <>
      <ul class="sample-list">
        {rows.slice(0, shown).map((sample, place) => (
          <SampleItem
            key={sample.id}
            sample={sample}
            sources={head.sources}
            open={openSamples.includes(sample.id)}
            diagnosis={id}
            place={what === 'samples' ? { taskType: index, sample: place } : { taskType: index }}
            within={isWithin(sample, head, filters)}
          />
        ))}
      </ul>
      <More
        shown={Math.min(shown, rows.length)}
        all={rows.length}
        page={PAGE}
        what={what}
        onShow={(next) => {
          const first = rows[shown];
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
