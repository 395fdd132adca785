import type { JSX } from 'preact';
import type { Queue } from '../../../model/diagnosis';
import { escapeUnsafe } from '../../../base/unsafeText';
import { number } from '../../../base/numbers';
import { Foreign, Missing } from '../Foreign';
import { useNarrow } from '../hooks';
import { Nobody } from './Nobody';
import { Paged } from './Paged';

/** The broker's queues, the fullest first. */
export function Queues({ queues }: { readonly queues: readonly Queue[] }): JSX.Element {
  const narrow = useNarrow();
  if (queues.length === 0) return <p>The broker has no queue that could be found.</p>;
  const sorted = [...queues].sort((a, b) => b.length - a.length);
  return (
    <>
      <p class="quiet">
        Waiting: messages that no worker has taken. Taken: messages that workers took and have not acknowledged. On
        Redis the lower priority number is served first. Queues also hold messages of tasks that are not stuck, so they
        need not add up to the verdicts.
      </p>
      <Paged
        rows={sorted}
        what="queues"
        caption="Queues of the broker"
        columns={[
          { title: 'Queue' },
          ...(narrow ? [] : [{ title: 'Consumed by a worker' }]),
          { title: 'Waiting', number: true },
          { title: 'Taken', number: true },
        ]}
        cells={(queue) => [
          <>
            <Foreign text={queue.name} />
            {narrow && (
              <div>
                <Consumed queue={queue} />
              </div>
            )}
          </>,
          ...(narrow ? [] : [queue.consumed === null ? <Missing /> : queue.consumed ? 'yes' : <Nobody says="no" />]),
          <>
            {number(queue.length)}
            {queue.priorities.length > 1 && <Priorities queue={queue} />}
          </>,
          number(queue.unacked),
        ]}
      />
    </>
  );
}

/** The length of each list of a queue, with a small bar. */
function Priorities({ queue: { name, priorities, length: all } }: { readonly queue: Queue }): JSX.Element {
  return (
    <details class="priorities">
      <summary aria-label={`By priority: ${escapeUnsafe(name)}`}>by priority</summary>
      <ul>
        {priorities.map(({ priority, length }) => (
          <li key={priority}>
            <span class="quiet">{priority}</span>
            <span class="priority-bar" aria-hidden="true">
              <span style={{ width: `${all === 0 ? 0 : (length / all) * 100}%` }} />
            </span>
            <span>{number(length)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Below the name, where there is no room for a column. */
function Consumed({ queue: { consumed } }: { readonly queue: Queue }): JSX.Element {
  if (consumed === false) return <Nobody says="no worker consumes it" />;
  return <span class="quiet">{consumed ? 'a worker consumes it' : 'not known whether a worker consumes it'}</span>;
}
