import assert from 'node:assert/strict';
import type { OutcomeCount } from '../../../src/model/diagnosis';
import { lensText, typeOf } from '../../../src/vscode/code/lensTexts';

function outcome(count: number, rest: Partial<OutcomeCount>): OutcomeCount {
  return { verdict: 'finished', confidence: 'proven', lastRuns: {}, ...rest, count };
}

describe('vscode/lensTexts', () => {
  const text = (...outcomes: OutcomeCount[]): string =>
    lensText({ count: 66_597, ...(outcomes.length > 0 ? { outcomes } : {}) }, '10:42');

  it('the line over a task function names the verdict and cause of most tasks, over all their degrees', () => {
    assert.equal(
      text(outcome(93, { cause: 'lost-update' }), outcome(7, { verdict: 'lost', cause: 'never-published' })),
      '66,597 stuck · 93% finished (lost-update) · checked 10:42',
    );
    assert.equal(
      text(outcome(40, { cause: 'backlog' }), outcome(30, { cause: 'eta' }), outcome(30, { cause: 'eta' })),
      '66,597 stuck · 60% finished (eta) · checked 10:42',
    );
  });

  it('the line over a task function says how sure that is, and never makes a reading a cause', () => {
    assert.match(
      text(outcome(1, { cause: 'broker-wiped', confidence: 'likely' })),
      / · 100% finished \(broker-wiped, likely\) · /,
    );
    assert.match(
      text(outcome(2, { cause: 'eta', confidence: 'possible' }), outcome(1, { cause: 'eta', confidence: 'likely' })),
      / · 100% finished \(eta, possible\) · /,
    );
    assert.match(
      text(outcome(1, { verdict: 'unknown', cause: 'lost-update', confidence: 'possible' })),
      / · 100% unknown · /,
    );
    assert.match(text(outcome(1, { verdict: 'lost', confidence: 'likely' })), / · 100% lost \(likely\) · /);
  });

  it('the line over a task function gives the part that was counted in a sample with its margin', () => {
    const outcomes = [outcome(930, { cause: 'lost-update' }), outcome(70, { verdict: 'lost' })];
    assert.equal(
      lensText({ count: 1000, outcomes, judged: 400 }, '10:42'),
      '1,000 stuck · ≈ 93% ± 2.2 finished (lost-update) · checked 10:42',
    );
  });

  it('the line over a task function says that nothing was verified', () => {
    assert.equal(text(), '66,597 stuck · not verified · checked 10:42');
  });

  it('the line over a task function stands over the function of its module, or of its Celery name', () => {
    const type = { taskModule: 'shop.tasks', taskName: 'pack' };
    const longer = { taskModule: 'big.shop.tasks', taskName: 'pack' };
    const of = (path: string, task: object = { functionName: 'pack' }, types = [type]): object | undefined =>
      typeOf(task as { functionName: string }, path, types);
    assert.equal(of('/work/src/shop/tasks.py'), type);
    assert.equal(of('/work/shop/tasks/__init__.py'), type);
    assert.equal(of('/work/workshop/tasks.py'), undefined);
    assert.equal(of('/work/shop/tasks.py', { functionName: 'unpack' }), undefined);
    assert.equal(of('/elsewhere.py', { functionName: 'f', celeryName: 'shop.tasks.pack' }), type);
    assert.equal(of('/work/big/shop/tasks.py', undefined, [type, longer]), longer);
  });
});
