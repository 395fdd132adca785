import type { JSX } from 'preact';
import type { Worker } from '../../../model/diagnosis';
import { number } from '../../../base/numbers';
import { ageText } from '../../../base/age';
import { Foreign, Missing } from '../Foreign';
import { Paged } from './Paged';

const SEEN: Readonly<Record<Worker['seen'], string>> = {
  answered: 'its answer',
  heartbeat: 'its heartbeat',
  connected: 'its connection',
};

/** Workers that answered, whose heartbeat was heard, or whose connection was seen. */
export function Workers({ workers }: { readonly workers: readonly Worker[] }): JSX.Element {
  if (workers.length === 0) return <p>No worker answered, and no heartbeat was heard.</p>;
  return (
    <>
      <p class="quiet">
        Running: tasks at work. Reserved: tasks that the worker took in advance. Scheduled: tasks that wait in it for
        their time.
      </p>
      <Paged
        rows={workers}
        what="workers"
        caption="Workers"
        columns={[
          { title: 'Worker' },
          { title: 'Seen by' },
          { title: 'Running', number: true },
          { title: 'Reserved', number: true },
          { title: 'Scheduled', number: true },
          { title: 'At once', number: true },
          { title: 'Up for', number: true },
          { title: 'Queues' },
        ]}
        cells={(worker) => [
          <Foreign text={worker.name} />,
          SEEN[worker.seen],
          <Known value={worker.active} />,
          <Known value={worker.reserved} />,
          <Known value={worker.scheduled} />,
          <Known value={worker.concurrency} />,
          worker.uptimeSeconds === null ? <Missing /> : ageText(worker.uptimeSeconds),
          worker.queues === null ? (
            <Missing />
          ) : (
            worker.queues.map((queue, index) => (
              <>
                {index > 0 && ', '}
                <Foreign text={queue} />
              </>
            ))
          ),
        ]}
      />
    </>
  );
}

function Known({ value }: { readonly value: number | null }): JSX.Element {
  return value === null ? <Missing /> : <>{number(value)}</>;
}
