import type { JSX } from 'preact';
import type { RedisServer } from '../../../model/diagnosis';
import { number } from '../../../base/numbers';
import { bytes } from '../../model/moments';
import { Foreign } from '../Foreign';
import { When } from '../When';
import { FactList } from './FactList';

/** What matters of a Redis server: whether messages can have gone. */
export function RedisServerFacts({ server }: { readonly server: RedisServer }): JSX.Element {
  const { startedAt, lastSaveAt, usedMemoryBytes, maxMemoryBytes, evictedKeys, flushes, appendOnly, replica } = server;
  return (
    <>
      <h3>
        <Foreign text={server.address} /> <span class="quiet">{server.role}</span>
      </h3>
      <FactList
        facts={[
          ['Version', server.version !== null && server.version !== '' ? <Foreign text={server.version} /> : null],
          ['Up since', startedAt && <When at={startedAt} exact />],
          ['Memory used', usedMemoryBytes === null ? null : bytes(usedMemoryBytes)],
          ['Memory limit', maxMemoryBytes === null ? null : maxMemoryBytes === 0 ? 'none' : bytes(maxMemoryBytes)],
          ['When memory is full', server.evictionPolicy === null ? null : <Foreign text={server.evictionPolicy} />],
          [
            'Keys evicted',
            evictedKeys === null ? null : <Loss count={evictedKeys} what="messages can have been among them" />,
          ],
          [
            'Emptied since its start',
            flushes === null ? null : <Loss count={flushes} what="FLUSHDB or FLUSHALL: messages can have gone" />,
          ],
          ['Append-only file', yesNo(appendOnly)],
          ['Last saved', lastSaveAt && <When at={lastSaveAt} exact />],
          ['Replica', replica === true ? 'yes: it can lag behind its primary' : yesNo(replica)],
        ]}
      />
    </>
  );
}

function Loss({ count, what }: { readonly count: number; readonly what: string }): JSX.Element {
  if (count === 0) return <>never</>;
  return (
    <>
      <strong>{number(count)}</strong> <span class="quiet">{what}</span>
    </>
  );
}

function yesNo(value: boolean | null): string | null {
  if (value === null) return null;
  return value ? 'yes' : 'no';
}
