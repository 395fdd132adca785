import type { JSX } from 'preact';
import { number } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { BrokerCondition, BrokerServer } from '../../../model/diagnosis';
import { brokerLine, publishersText } from '../../../report/brokerText';
import { levelOf } from '../../../report/brokerHealth';
import { Foreign } from '../Foreign';
import { LevelSign } from '../LevelSign';
import { FactList } from './FactList';

/** A broker that is counted and not read: how it was reached, whether messages can arrive, and what was found out about it. */
export function BrokerFacts({ server }: { readonly server: BrokerServer }): JSX.Element {
  const { address, management, blocked, conditions = [] } = server;
  // What blocks publishers stands above.
  const others = conditions.filter(({ kind }) => kind !== 'publishers-blocked' || blocked?.length === 0);
  return (
    <>
      <h3>
        <Foreign text={address} /> <span class="quiet">broker</span>
      </h3>
      <p>{escapeUnsafe(brokerLine(server))}.</p>
      <FactList
        facts={[
          ['Management API', management === undefined ? null : <Foreign text={management} />],
          [
            'Publishers',
            blocked === null ? null : blocked.length > 0 ? (
              <Alarm says={publishersText(server)} />
            ) : (
              'not blocked: no alarm'
            ),
          ],
        ]}
      />
      {others.length > 0 && (
        <>
          <h4>What stands out</h4>
          <ul class="conditions">
            {others.map((condition) => (
              <Condition key={`${condition.kind} ${condition.queue ?? ''}`} condition={condition} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Alarm({ says }: { readonly says: string }): JSX.Element {
  return (
    <strong class="nobody">
      <LevelSign level="alarm" /> <Foreign text={says} />
    </strong>
  );
}

function Condition({ condition: { kind, messages, says } }: { readonly condition: BrokerCondition }): JSX.Element {
  const level = levelOf(kind);
  return (
    <li>
      <LevelSign level={level === 'alarm' || level === 'warning' ? level : 'info'} />
      <span>
        <Foreign text={says} />
        {messages !== undefined && messages > 0 && (
          <span class="quiet"> {messages === 1 ? 'At most 1 message.' : `At most ${number(messages)} messages.`}</span>
        )}
      </span>
    </li>
  );
}
