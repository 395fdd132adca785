import assert from 'node:assert/strict';
import { falseVerdicts, printTable, saidOfAlike } from '../support/celeryScenarios';
import { brokerScenarios, deafScenarios } from './scenarios/brokers';
import { discardedScenarios } from './scenarios/discarded';
import { interruptedScenarios } from './scenarios/interrupted';
import { overwrittenScenarios } from './scenarios/overwritten';
import { queuedScenarios } from './scenarios/queued';
import { resultScenarios } from './scenarios/results';
import { sessionScenarios } from './scenarios/sessions';
import { takenScenarios } from './scenarios/taken';

describe('situations made with real Celery', function () {
  this.timeout(90_000);

  deafScenarios(() => {
    queuedScenarios();
    takenScenarios();
    interruptedScenarios();
    overwrittenScenarios();
    sessionScenarios();
    discardedScenarios();
    resultScenarios();
    brokerScenarios();
  });

  // A block of its own, so that it comes after the others.
  describe('all of them', () => {
    it('no row is called finished, failed, lost or running that is not', () => {
      assert.ok(printTable() > 50, 'the scenarios ran');
      assert.deepEqual(falseVerdicts(), []);
    });

    it('situations that leave the same traces are told in the same words', () => {
      const alike = [
        ['7', '7b', '12b', '15', '15b', '16', '21b'],
        ['12', '13'],
        ['6', '6b'],
      ];
      for (const words of saidOfAlike(alike)) assert.equal(words.length, 1, words.join('\n'));
    });
  });
});
