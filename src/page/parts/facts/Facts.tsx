import type { JSX } from 'preact';
import { number } from '../../../base/numbers';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { Cost } from './Cost';
import { Panels, type Panel } from './Panels';
import { OtherStatuses } from './OtherStatuses';
import { PostgresServer } from './PostgresServer';
import { Queues } from './Queues';
import { BrokerFacts } from './BrokerFacts';
import { CountedQueues } from './CountedQueues';
import { RedisServerFacts } from './RedisServerFacts';
import { Workers } from './Workers';

/** The servers, the queues and the workers, as far as they were looked at. */
export function Facts({ head }: { readonly head: DiagnosisHead }): JSX.Element {
  const { postgres } = head.infrastructure;
  const panels = panelsOf(head);
  return (
    <section id="facts" aria-labelledby="facts-title">
      <h2 id="facts-title">Queues, workers and servers</h2>
      {panels.length === 0 ? (
        <>
          <p>Verify to see queues, workers and the broker's server here.</p>
          <PostgresServer postgres={postgres} />
        </>
      ) : (
        <Panels
          panels={[...panels, { id: 'postgres', title: 'PostgreSQL', content: <PostgresServer postgres={postgres} /> }]}
        />
      )}
      <OtherStatuses statuses={head.otherStatuses} />
      {head.cost && <Cost cost={head.cost} />}
    </section>
  );
}

function panelsOf({ infrastructure: { queues, workers, redis, resultsRedis, broker } }: DiagnosisHead): Panel[] {
  const panels: Panel[] = [];
  if (queues)
    panels.push({
      id: 'queues',
      title: `Queues ${number(queues.length)}`,
      content: broker ? <CountedQueues queues={queues} workers={workers ?? []} /> : <Queues queues={queues} />,
    });
  if (workers)
    panels.push({
      id: 'workers',
      title: `Workers ${number(workers.length)}`,
      content: <Workers workers={workers} counted={broker !== undefined} />,
    });
  if (broker) panels.push({ id: 'broker', title: broker.product, content: <BrokerFacts server={broker} /> });
  const servers = [redis, resultsRedis].filter((server) => server !== undefined);
  if (servers.length > 0)
    panels.push({
      id: 'redis',
      title: [...new Set(servers.map(({ product = 'Redis' }) => product))].join(' and '),
      content: (
        <>
          {servers.map((server) => (
            <RedisServerFacts key={server.role} server={server} />
          ))}
        </>
      ),
    });
  return panels;
}
