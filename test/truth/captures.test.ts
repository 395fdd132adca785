import assert from 'node:assert/strict';
import { describePostgres } from '../support/servers';
import { captures } from './capture';
import { lie, replay } from './replay';

describePostgres('situations with a known truth', (serverUrl) => {
  for (const capture of captures())
    it(`${capture.name}: nothing that is said is a lie`, async () => {
      const { verifications } = await replay(serverUrl, capture);
      const lies = Object.entries(capture.truth).flatMap(([id, right]) => {
        const told = lie(verifications.get(Number(id)), right);
        return told === undefined ? [] : `row ${id}: ${told}`;
      });
      assert.deepEqual(lies, []);
    });
});
