import assert from 'node:assert/strict';
import { complaints, type Compared } from './compare';
import { runPopulation } from './population';
import { faultKinds, matrix, shares } from './report';
import { WORLDS } from './worlds';

/** The small form of `npm run test:population`. Another seed: POPULATION_SEED. */
const SEED = Number(process.env.POPULATION_SEED ?? 1);

describe('a population', function () {
  this.timeout(400_000);

  let all: readonly Compared[] = [];

  before('lives, ends and is checked', async () => {
    const worlds = WORLDS.filter(({ name }) => name === 'flushed' || name === 'cut');
    const say = (line: string): void => {
      console.log(line);
    };
    all = await runPopulation({ seed: SEED, rows: 240, worlds, lanes: 2, seconds: 12, say });
    console.log(['', matrix(all), ...shares(all), `seed ${String(SEED)}`, ''].join('\n'));
  });

  it('has rows of every kind of truth', () => {
    const truths = new Set(all.map(({ truth }) => truth.verdict));
    for (const verdict of ['waiting', 'held', 'running', 'finished', 'failed', 'lost'] as const)
      assert.ok(truths.has(verdict), `no row is ${verdict}`);
  });

  it('has no proven verdict that is wrong, hardly a likely one, and the truth among the readings of the others', () => {
    assert.deepEqual(complaints(all), [], faultKinds(all).join('\n'));
  });
});
