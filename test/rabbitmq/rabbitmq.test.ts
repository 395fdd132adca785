import assert from 'node:assert/strict';
import { printSituations } from '../support/rabbitSituations';
import { useRabbit } from '../support/rabbitServer';
import { readOnlyLooks } from './readOnly';
import { replayedStates } from './replay';
import { earlySituations } from './situations/early';
import { lateSituations } from './situations/late';
import { serverSituations } from './situations/server';
import { usersOfTheApi } from './users';

/** One server for all blocks, which have virtual hosts of their own. It lists new consumers within a second, which are five by default. */
describe('real Celery on a real RabbitMQ', function () {
  this.timeout(90_000);
  const server = useRabbit({ config: ['collect_statistics_interval = 1000'] });

  earlySituations(server);
  lateSituations(server);
  serverSituations(server);
  usersOfTheApi(server);
  readOnlyLooks(server);
  replayedStates();

  // A block of its own, so that it comes after the others.
  describe('all situations', () => {
    it('are in one table', () => {
      assert.ok(printSituations() > 50, 'the situations ran');
    });
  });
});
