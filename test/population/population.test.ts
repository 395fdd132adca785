import { describePopulation } from './describe';
import { WORLDS } from './worlds';

describePopulation('a population', {
  worlds: WORLDS.filter(({ name }) => name === 'flushed' || name === 'cut'),
  rows: 240,
  truths: ['waiting', 'held', 'running', 'finished', 'failed', 'lost'],
});
