import type { JSX } from 'preact';
import type { Queue } from '../../../diagnosis/model';
import { number } from '../../../diagnosis/numbers';
import { Foreign, Missing } from '../Foreign';
import { Paged } from './Paged';

/** The broker's queues, the fullest first. */
export function Queues({ queues }: { readonly queues: readonly Queue[] }): JSX.Element {
  if (queues.length === 0) return <p>The broker has no queue that could be found.</p>;
  const sorted = [...queues].sort((a, b) => b.length - a.length);
  return (
    <>
      <p class="quiet">
        Waiting: messages that nobody has taken. Taken: messages that workers have and have not acknowledged. On Redis
        the lower priority number is served first.
      </p>
      <Paged
        rows={sorted}
        what="queues"
        caption="Queues of the broker"
        columns={[
          { title: 'Queue' },
          { title: 'Waiting', number: true },
          { title: 'Taken', number: true },
          { title: 'A worker consumes it' },
        ]}
        cells={(queue) => [
          <Foreign text={queue.name} />,
          <>
            {number(queue.length)}
            {queue.priorities.length > 1 &&
              queue.priorities.map(({ priority, length }) => (
                <div class="quiet">
                  {number(length)} of priority {priority}
                </div>
              ))}
          </>,
          number(queue.unacked),
          queue.consumed === null ? <Missing /> : queue.consumed ? 'yes' : <strong>no</strong>,
        ]}
      />
    </>
  );
}
