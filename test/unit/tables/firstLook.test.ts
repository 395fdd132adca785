import assert from 'node:assert/strict';
import { firstLookText } from '../../../src/tables/firstLook';

describe('tables/firstLook', () => {
  const type = (taskName: string, rows: number) => ({ taskModule: 'app.tasks', taskName, rows });

  it('what is said of a first look is an estimate of two digits, and names where it comes from and the largest types', () => {
    assert.equal(
      firstLookText({
        share: 0.0092,
        types: [type('rare', 3), type('hook', 1000), type('signal', 1051), type('hook', 116)],
      }),
      'Counting stuck tasks: about 240,000 (estimated from 0.9% of the table), mostly app.tasks.hook (51%) and app.tasks.signal (48%)...',
    );
    assert.equal(
      firstLookText({ share: 0.0025, types: [type('hook', 6200)] }),
      'Counting stuck tasks: about 2,500,000 (estimated from 0.3% of the table), mostly app.tasks.hook (100%)...',
    );
  });

  it('what is said of a first look says nothing where no sampled row is stuck', () => {
    assert.equal(firstLookText({ share: 0.01, types: [] }), undefined);
  });
});
