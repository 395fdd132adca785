import assert from 'node:assert/strict';
import { describePostgres } from '../support/servers';
import { captures } from './capture';
import { lie, replay } from './replay';

/** Rows of which the evidence decides, so that `unknown` would be too little. */
const DECIDED: Readonly<Record<string, readonly number[]>> = {
  'shutting-down': [45, 46, 47, 48],
  'sessions-cut': [51, 99],
  'sessions-kept': [68],
  'sessions-overwritten': [58, 59],
  'sessions-parameters': [55],
  'sessions-rolled-back': [61, 62],
};

describePostgres('situations with a known truth', (serverUrl) => {
  for (const capture of captures())
    it(`${capture.name}: nothing that is said is a lie`, async () => {
      const { verifications } = await replay(serverUrl, capture);
      const lies = Object.entries(capture.truth).flatMap(([id, right]) => {
        const told = lie(verifications.get(Number(id)), right);
        return told === undefined ? [] : [`row ${id}: ${told}`];
      });
      assert.deepEqual(lies, []);
      const open = (DECIDED[capture.name] ?? []).filter((id) => verifications.get(id)?.verdict === 'unknown');
      assert.deepEqual(open, [], 'the evidence decides these');
    });
});
