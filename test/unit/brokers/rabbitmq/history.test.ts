import assert from 'node:assert/strict';
import { emptiedAt } from '../../../../src/brokers/rabbitmq/state/history';
import { captured } from '../../../support/rabbitApi';

/** When an answer came, in the reader's milliseconds. */
const AT = 10_000_000;
/** By the server's clock. */
const SERVER = 1_796_005_455_000;

/** An answer with these totals, the newest first, 5 seconds apart. */
function past(totals: readonly (number | null)[], more: Record<string, unknown> = {}): Record<string, unknown> {
  const samples = totals.map((sample, place) => ({ sample, timestamp: SERVER - place * 5000 }));
  return { type: 'classic', effective_policy_definition: {}, messages_details: { samples }, ...more };
}

const at = (body: unknown): number | undefined => emptiedAt(body, AT, 5);

describe('brokers/rabbitmq/history', () => {
  it('a queue was empty at the newest zero that has an older number above zero, less what numbers may be late', () => {
    assert.equal(at(past([3, 0, 2, 0, 1])), AT - 5000 - 5000 - 10_000);
    assert.equal(at(past([3, 3, 0, 0, 0, 4, 0, 0])), AT - 10_000 - 5000 - 10_000);
    assert.equal(at(past([0, 1])), AT - 5000 - 10_000);
  });

  it('zeros with nothing above zero before them are padding, and no sign that a queue was empty', () => {
    assert.equal(at(past([3, 0, 0, 0, 0])), undefined);
    assert.equal(at(past([3, 3, 2, 1])), undefined);
    assert.equal(at(past([0, 0, 0])), undefined);
    assert.equal(at(past([3])), undefined);
    assert.equal(at(past([])), undefined);
    for (const version of ['3.10.8', '4.0.5'] as const) {
      const answer = captured(version).find(({ path }) => path.includes('lengths_age'));
      assert.ok(answer, version);
      assert.equal(emptiedAt(answer.body, AT, 5), undefined, 'as it was measured');
    }
  });

  it('times are those of the server by their distance alone, in whatever order they come', () => {
    const body = past([3, 0, 2]);
    const { samples } = body.messages_details as { samples: unknown[] };
    assert.equal(at({ ...body, messages_details: { samples: [...samples].reverse() } }), at(body));
  });

  it('of a queue that may have been on another node, or whose numbers are not all there, nothing is said', () => {
    assert.notEqual(at(past([3, 0, 2])), undefined);
    for (const more of [
      { type: 'quorum' },
      { type: 'stream' },
      { type: undefined },
      { effective_policy_definition: { 'ha-mode': 'all' } },
      { effective_policy_definition: undefined },
      { messages_details: {} },
      { messages_details: undefined },
    ])
      assert.equal(at(past([3, 0, 2], more)), undefined, JSON.stringify(more));
    assert.equal(at(past([3, 0, null, 2])), undefined);
    assert.equal(at(undefined), undefined);
    assert.equal(at('<html>'), undefined);
  });
});
