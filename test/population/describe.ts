import assert from 'node:assert/strict';
import type { Verdict } from '../../src/model/verdict';
import { complaints, type Compared } from './compare';
import { runPopulation } from './population';
import { faultKinds, matrix, shares } from './report';
import type { WorldSpec } from './worlds';

/** The small form of `npm run test:population`. Another seed: POPULATION_SEED. */
const SEED = Number(process.env.POPULATION_SEED ?? 1);

export interface Small {
  readonly worlds: readonly WorldSpec[];
  readonly rows: number;
  /** Truths of which there is at least one row. */
  readonly truths: readonly Verdict[];
}

/** Tests of one small population. */
export function describePopulation(title: string, { worlds, rows, truths }: Small): void {
  describe(title, function () {
    this.timeout(400_000);

    let all: readonly Compared[] = [];

    before('lives, ends and is checked', async () => {
      const say = (line: string): void => {
        console.log(line);
      };
      all = await runPopulation({ seed: SEED, rows, worlds, lanes: 2, seconds: 12, say });
      console.log(['', matrix(all), ...shares(all), `seed ${String(SEED)}`, ''].join('\n'));
    });

    it('has rows of every kind of truth', () => {
      const found = new Set(all.map(({ truth }) => truth.verdict));
      for (const verdict of truths) assert.ok(found.has(verdict), `no row is ${verdict}`);
    });

    it('has no proven verdict that is wrong, hardly a likely one, and the truth among the readings of the others', () => {
      assert.deepEqual(complaints(all), [], faultKinds(all).join('\n'));
    });
  });
}
