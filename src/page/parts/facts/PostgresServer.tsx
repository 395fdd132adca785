import type { JSX } from 'preact';
import type { PostgresFacts } from '../../../model/diagnosis';
import { number } from '../../../base/numbers';
import { bytes } from '../../model/moments';
import { Foreign } from '../Foreign';
import { FactList } from './FactList';

/** The server and the table that the rows were read from. */
export function PostgresServer({ postgres }: { readonly postgres: PostgresFacts }): JSX.Element {
  return (
    <>
      <h3>
        <Foreign text={postgres.address} /> <span class="quiet">PostgreSQL</span>
      </h3>
      <FactList
        facts={[
          ['Version', <Foreign text={postgres.serverVersion} />],
          ['Table', <Foreign text={postgres.table} />],
          ['Rows in it', postgres.estimatedRows === null ? null : `about ${number(postgres.estimatedRows)}`],
          ['Size', bytes(postgres.tableBytes)],
          ['Replica', postgres.replica ? 'yes: its rows can lag behind the primary' : 'no'],
        ]}
      />
    </>
  );
}
