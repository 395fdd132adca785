import assert from 'node:assert/strict';
import { formatProgress, ProgressSteps, type ProgressEvent } from '../../../src/model/progress';

describe('model/progress', () => {
  it('progress is written as [step/steps +seconds] label', () => {
    assert.equal(
      formatProgress({ step: 3, steps: 7, label: 'Querying database...', elapsedMs: 1249 }),
      '[3/7 +1.2s] Querying database...',
    );
    assert.equal(formatProgress({ step: 1, steps: 5, label: 'a', elapsedMs: 0 }), '[1/5 +0.0s] a');
  });

  it('progress keeps hostile task names on the line', () => {
    const line = formatProgress({ step: 1, steps: 1, label: 'Analyzing task type 1/1: a\n\u001b[31m.b', elapsedMs: 0 });
    assert.equal(line, '[1/1 +0.0s] Analyzing task type 1/1: a\\n\\u001b[31m.b');
  });

  it('progress counts steps and time by the clock it is given', () => {
    const events: ProgressEvent[] = [];
    let time = 5000;
    const steps = new ProgressSteps(
      ['connect', 'scan'],
      (event) => events.push(event),
      () => time,
    );
    steps.next('connect', 'one', 'one');
    time += 1500;
    steps.say('still one');
    steps.next('scan', 'two', 'two');
    assert.deepEqual(events, [
      { step: 1, steps: 2, label: 'one', elapsedMs: 0 },
      { step: 1, steps: 2, label: 'still one', elapsedMs: 1500 },
      { step: 2, steps: 2, label: 'two', elapsedMs: 1500 },
    ]);
  });

  it('progress carries what was counted with every event after, and says nothing by itself', () => {
    const events: ProgressEvent[] = [];
    const steps = new ProgressSteps(
      ['connect', 'scan'],
      (event) => events.push(event),
      () => 0,
    );
    steps.next('connect', 'one', 'one');
    steps.count({ stuck: 7, taskTypes: 2 });
    assert.equal(events.length, 1);
    steps.next('scan', 'two', 'two');
    steps.count({ judged: 3, verdicts: { lost: 3 } });
    steps.say('still two');
    assert.deepEqual(
      events.map(({ counts }) => counts),
      [undefined, { stuck: 7, taskTypes: 2 }, { stuck: 7, taskTypes: 2, judged: 3, verdicts: { lost: 3 } }],
    );
  });
});
