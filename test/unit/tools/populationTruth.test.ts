import assert from 'node:assert/strict';
import { KINDS } from '../../population/kinds';
import type { Run } from '../../population/trace';
import { truthOf, type Known, type Place } from '../../population/truth';

const AT_HAND = { id: 'b', pid: 2, task: 'market.jobs.bill', n: 1, attempts: null, page: 0, row: 7, began: 2 };

const first = (...steps: string[]): Run => ({ ...AT_HAND, id: 'a', first: true, steps, end: 'returned', began: 1 });
const second = (steps: readonly string[], more: Partial<Run> = {}): Run => ({
  ...AT_HAND,
  first: false,
  steps: [...steps],
  ...more,
});
const BODY = ['loaded', 'began', 'body'];
const SENT = first('inserted', 'published', 'saved');

function truth(kind: string, known: Partial<Omit<Known, 'kind'>>): string {
  const none = {
    plan: { seconds: 0 },
    runs: [],
    alive: new Set<Run>(),
    effects: new Set<string>(),
    places: [],
    discarded: [],
  };
  return truthOf({ ...none, ...known, kind: KINDS.find(({ name }) => name === kind)! }).right.join(' ');
}

const at = (where: Place['where']): readonly Place[] => [{ id: 'b', where }];

describe('tools/populationTruth', () => {
  it('the truth of a population is lost where nothing ever ran and no message is left', () => {
    assert.equal(truth('bill', { runs: [SENT] }), 'lost');
    assert.equal(truth('bill', { runs: [first('inserted')] }), 'lost');
  });

  it('the truth of a population is where its message is', () => {
    assert.equal(truth('bill', { runs: [SENT], places: at('queue') }), 'waiting');
    assert.equal(truth('bill', { runs: [SENT], places: at('memory') }), 'held');
    assert.equal(truth('bill', { runs: [SENT], places: at('kept') }), 'held');
    assert.equal(truth('bill', { runs: [SENT], places: at('forgotten') }), 'lost held');
  });

  it('the truth of a population is running while a process is in its body, also when its message came again', () => {
    const run = second(BODY);
    assert.equal(truth('bill', { runs: [SENT, run], alive: new Set([run]) }), 'running');
    assert.equal(truth('bill', { runs: [SENT, run], alive: new Set([run]), places: at('queue') }), 'running');
  });

  it('the truth of a population is failed after a kill, and finished as soon as the effect is there', () => {
    const run = second(BODY);
    assert.equal(truth('bill', { runs: [SENT, run] }), 'failed lost');
    assert.equal(truth('bill', { runs: [SENT, run], effects: new Set(['b']) }), 'finished failed');
    assert.equal(truth('bill', { runs: [SENT, second([...BODY, 'returned'])] }), 'finished');
  });

  it('the truth of a population is lost when a retry or a next page was asked for and its message is gone', () => {
    const asked = second([...BODY, 'raised', 'retry-published'], { raised: 'RetryTask', end: 'returned' });
    assert.equal(truth('sync', { runs: [SENT, asked] }), 'lost');
    const page = second([...BODY, 'page-published', 'returned'], { end: 'returned' });
    assert.equal(truth('import_rows', { runs: [SENT, page] }), 'lost');
    const failed = second([...BODY, 'raised'], { raised: 'ValueError', end: 'returned' });
    assert.equal(truth('sync', { runs: [SENT, failed] }), 'failed');
  });

  it('the truth of a population is finished when a paged task had nothing left to do', () => {
    const page = second([...BODY, 'returned'], { end: 'returned' });
    assert.equal(truth('import_rows', { runs: [SENT, page], plan: { seconds: 0, lastPage: 1 } }), 'finished');
  });

  it('the truth of a population stays finished when it ran again and was killed then', () => {
    const done = second([...BODY, 'returned', 'done'], { end: 'returned' });
    const again = second(BODY, { began: 3 });
    assert.equal(truth('reserve', { runs: [SENT, done, again] }), 'finished failed');
  });
});
