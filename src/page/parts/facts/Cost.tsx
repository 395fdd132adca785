import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CheckCost, ServerCost } from '../../../model/diagnosis';
import { count, number } from '../../../base/numbers';
import { costParts, seconds } from '../../../report/costText';
import { bytes } from '../../model/moments';
import { Foreign } from '../Foreign';
import { FactList } from './FactList';
import { Paged } from './Paged';

/** What the check asked of the servers, and what its time went to. Built when it is first opened. */
export function Cost({ cost }: { readonly cost: CheckCost }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <>
      <h3 id="cost-title">What this check cost</h3>
      <p class="cost">{costParts(cost).join('; ')}.</p>
      <details
        class="cost-details"
        open={open}
        onToggle={(event) => {
          setOpen(event.currentTarget.open);
        }}
      >
        <summary>What the time went to</summary>
        {open && <Details cost={cost} />}
      </details>
    </>
  );
}

function Details({ cost: { steps, postgres, redis, rabbitmq } }: { readonly cost: CheckCost }): JSX.Element {
  return (
    <>
      <Paged
        rows={steps}
        what="steps"
        caption="Steps of the check"
        columns={[{ title: 'Step' }, { title: 'Time', number: true }]}
        cells={({ name, ms }) => [<Foreign text={name} />, seconds(ms)]}
      />
      <h4>PostgreSQL</h4>
      <FactList
        facts={[
          ['Queries', `${number(postgres.queries)}, the longest ${seconds(postgres.longestQueryMs)}`],
          ['Rows received', number(postgres.rows)],
          ...line(postgres),
        ]}
      />
      {redis && (
        <>
          <h4>Redis</h4>
          <FactList
            facts={[
              ['Commands', `${number(redis.commands)}, the longest wait ${seconds(redis.longestWaitMs)}`],
              ...line(redis),
            ]}
          />
        </>
      )}
      {rabbitmq && (
        <>
          <h4>RabbitMQ</h4>
          <FactList
            facts={[
              ['Requests', `${number(rabbitmq.commands)}, the longest wait ${seconds(rabbitmq.longestWaitMs)}`],
              ...line(rabbitmq),
            ]}
          />
        </>
      )}
    </>
  );
}

function line({ connections, receivedBytes, waitedMs }: ServerCost): [string, string | null][] {
  return [
    ['Received', receivedBytes === null ? null : bytes(receivedBytes)],
    ['Waited for', `${seconds(waitedMs)} over ${count(connections, 'connection')}`],
  ];
}
