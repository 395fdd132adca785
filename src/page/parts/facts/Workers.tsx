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

interface WorkersProps {
  readonly workers: readonly Worker[];
  /** The broker shows the connections of workers. */
  readonly counted: boolean;
}

/** Workers that answered, whose heartbeat was heard, or whose connection was seen. */
export function Workers({ workers, counted }: WorkersProps): JSX.Element {
  if (workers.length === 0)
    return <p>{counted ? 'No worker is connected.' : 'No worker answered, and no heartbeat was heard.'}</p>;
  const held = workers.some(({ unacked }) => unacked !== undefined);
  const asked = workers.some(({ seen }) => seen !== 'connected');
  return (
    <>
      <p class="quiet">
        {asked &&
          'Running: tasks at work. Reserved: tasks that the worker took in advance. Scheduled: tasks that wait in it for their time. '}
        {held && 'Unacknowledged: messages that the worker took and has not acknowledged. '}
        {!asked &&
          'The workers were not asked, so what they run is not known. A worker that hangs looks connected until it has missed its heartbeats, which takes about three minutes.'}
      </p>
      <Paged
        rows={workers}
        what="workers"
        caption="Workers"
        columns={[
          { title: 'Worker' },
          { title: 'Seen by' },
          ...(held ? [{ title: 'Unacknowledged', number: true as const }] : []),
          ...(asked
            ? [
                { title: 'Running', number: true as const },
                { title: 'Reserved', number: true as const },
                { title: 'Scheduled', number: true as const },
                { title: 'At once', number: true as const },
                { title: 'Up for', number: true as const },
              ]
            : []),
          { title: 'Queues' },
        ]}
        cells={(worker) => [
          <Foreign text={worker.name} />,
          SEEN[worker.seen],
          ...(held ? [<Known value={worker.unacked ?? null} />] : []),
          ...(asked
            ? [
                <Known value={worker.active} />,
                <Known value={worker.reserved} />,
                <Known value={worker.scheduled} />,
                <Known value={worker.concurrency} />,
                worker.uptimeSeconds === null ? <Missing /> : ageText(worker.uptimeSeconds),
              ]
            : []),
          worker.queues === null ? (
            <Missing />
          ) : worker.queues.length === 0 ? (
            <span class="quiet">none: it takes no tasks</span>
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
