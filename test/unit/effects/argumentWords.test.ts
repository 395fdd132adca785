import assert from 'node:assert/strict';
import { argumentWords, wordsOf } from '../../../src/effects/drafts/argumentWords';

const words = (read: readonly unknown[], parameters: readonly string[] = [], task = 'send') =>
  argumentWords(read, parameters, task).map(({ places, words: some, key, kind }) => [places, some, key, kind]);

describe('effects/drafts/argumentWords', () => {
  it('reads keyword arguments by their names, also in the older form', () => {
    for (const read of [{ args: [], kwargs: { webhook_id: 7 } }, { webhook_id: 7 }])
      assert.deepEqual(words([read]), [[['kwargs.webhook_id'], ['webhook'], 'id', 'integer']]);
  });

  it('names positional arguments by the parameters of the function, and not without them', () => {
    assert.deepEqual(words([{ args: [7], kwargs: {} }]), []);
    assert.deepEqual(words([{ args: [7], kwargs: {} }], ['cohort_user_id']), [
      [['args[0]', 'kwargs.cohort_user_id'], ['cohortuser'], 'id', 'integer'],
    ]);
  });

  it('tells keys by their ends, and a number without one is an id', () => {
    const read = { kwargs: { academy_slug: 'miami', invoice: 4, user_pk: '12', note: 'hello', total: 1.5 } };
    assert.deepEqual(words([read]), [
      [['kwargs.academy_slug'], ['academy'], 'slug', 'text'],
      [['kwargs.invoice'], ['invoice'], 'id', 'integer'],
      [['kwargs.user_pk'], ['user'], 'id', 'integer'],
    ]);
  });

  it('passes over arguments whose values are of several kinds, or not simple', () => {
    const read = [{ kwargs: { a_id: 1, b_id: [1] } }, { kwargs: { a_id: 'x', b_id: { c: 1 } } }];
    assert.deepEqual(words(read), []);
    assert.deepEqual(words([null, 7, 'x', [], { args: 'x', kwargs: 3 }]), []);
  });

  it('takes the words of the task where an argument is called no more than id', () => {
    assert.deepEqual(words([{ kwargs: { id: 1 } }], [], 'send_invoice'), [
      [['kwargs.id'], ['sendinvoice', 'invoice'], 'id', 'integer'],
    ]);
    assert.deepEqual(wordsOf('async_buildProfileAcademy').slice(-2), ['profile', 'academy']);
  });
});
