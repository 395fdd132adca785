import type { JSX } from 'preact';
import { number } from '../../../base/numbers';
import type { Queue, Worker } from '../../../model/diagnosis';
import { ageOfNumbers, consumersText, keepsText, queueKindText } from '../../../report/brokerText';
import { Foreign, Missing } from '../Foreign';
import { useNarrow } from '../hooks';
import { Nobody } from './Nobody';
import { Paged } from './Paged';

interface CountedQueuesProps {
  readonly queues: readonly Queue[];
  readonly workers: readonly Worker[];
}

/** The queues of a broker that is counted and not read, the fullest first. */
export function CountedQueues({ queues, workers }: CountedQueuesProps): JSX.Element {
  const narrow = useNarrow();
  if (queues.length === 0) return <p>This virtual host has no queue that may hold tasks.</p>;
  const sorted = [...queues].sort((a, b) => b.length + b.unacked - a.length - a.unacked);
  const aged = queues.some((queue) => ageOfNumbers(queue) !== null);
  return (
    <>
      <p class="quiet">
        Ready: messages that wait in the queue. Unacknowledged: messages that workers took and have not acknowledged.
        Queues also hold messages of tasks that are not stuck.
      </p>
      <Paged
        rows={sorted}
        what="queues"
        caption="Queues of the broker"
        columns={[
          { title: 'Queue' },
          { title: 'Ready', number: true },
          { title: 'Unacknowledged', number: true },
          ...(narrow ? [] : [{ title: 'Consumers' }]),
          ...(narrow || !aged ? [] : [{ title: 'Age of numbers' }]),
        ]}
        cells={(queue) => [
          <>
            <Foreign text={queue.name} />
            <Kind queue={queue} />
            {narrow && (
              <div>
                <Consumers queue={queue} workers={workers} />
              </div>
            )}
            {narrow && <Age queue={queue} />}
          </>,
          number(queue.length),
          queue.readyOnly === true ? <Missing /> : number(queue.unacked),
          ...(narrow ? [] : [<Consumers queue={queue} workers={workers} />]),
          ...(narrow || !aged ? [] : [ageOfNumbers(queue) ?? <Missing />]),
        ]}
      />
    </>
  );
}

/** What the queue is, below its name. */
function Kind({ queue }: { readonly queue: Queue }): JSX.Element | null {
  const parts = [queueKindText(queue), keepsText(queue)].filter((part) => part !== null && part !== '');
  if (parts.length === 0) return null;
  return (
    <div class="quiet">
      <Foreign text={parts.join('; ')} />
    </div>
  );
}

interface ConsumersProps {
  readonly queue: Queue;
  readonly workers: readonly Worker[];
}

/** Nobody keeps more names in mind. */
const NAMED = 3;

function Consumers({ queue, workers }: ConsumersProps): JSX.Element {
  const { name, consumed, keeps } = queue;
  const who = workers.filter(({ queues }) => queues?.includes(name) === true);
  const words = consumersText(queue);
  // Nothing has to consume a queue that keeps messages for another purpose.
  if (keeps !== undefined && consumed !== true) return <span class="quiet">needs none</span>;
  if (consumed === false) return <Nobody says="no worker" />;
  if (words === null && consumed === null) return <Missing />;
  return (
    <>
      {words ?? 'a worker'}
      {who.slice(0, NAMED).map((worker) => (
        <div key={worker.name} class="quiet">
          <Foreign text={worker.name} />
        </div>
      ))}
      {who.length > NAMED && <div class="quiet">and {number(who.length - NAMED)} more</div>}
    </>
  );
}

function Age({ queue }: { readonly queue: Queue }): JSX.Element | null {
  const age = ageOfNumbers(queue);
  return age === null ? null : <div class="quiet">numbers {age}</div>;
}
