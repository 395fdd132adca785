import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recommendation } from '../../../src/model/diagnosis';
import { inOrderOfDoing, PLACED } from '../../../src/verdicts/advice/order';

function step(id: string, more: Partial<Recommendation> = {}): Recommendation {
  return { id, title: id, why: '', evidence: [], actions: [], ...more };
}

const ids = (all: readonly Recommendation[]): string[] => inOrderOfDoing(all).map(({ id }) => id);

describe('verdicts/order', () => {
  it('recommendations stand in the order of doing, whatever helps more tasks', () => {
    const all = [
      step('add-effect-rules', { rows: 72_701 }),
      step('wait-redelivery', { rows: 506 }),
      step('dispatch-lost', { rows: 46_369 }),
      step('mark-done', { rows: 3499 }),
      step('start-workers', { rows: 2227 }),
      step('protect-broker', { rows: 42_384 }),
    ];
    assert.deepEqual(ids(all), [
      'start-workers',
      'protect-broker',
      'mark-done',
      'dispatch-lost',
      'add-effect-rules',
      'wait-redelivery',
    ]);
    assert.deepEqual(
      inOrderOfDoing(all).map(({ phase }) => phase),
      ['now', 'now', 'then', 'then', 'later', 'info'],
    );
  });

  it('a recommendation names those of the list that come before it, and no others', () => {
    const [, dispatch] = inOrderOfDoing([step('dispatch-lost'), step('start-workers')]);
    assert.ok(dispatch);
    assert.deepEqual(dispatch.after, ['start-workers']);
    assert.deepEqual(dispatch.actions, ['Before this: start the workers']);
    const [alone] = inOrderOfDoing([step('dispatch-lost')]);
    assert.ok(alone);
    assert.deepEqual([alone.after, alone.actions], [undefined, []]);
  });

  it('workers start after their code is deployed, where tasks that wait were thrown away without it', () => {
    const deploy = step('deploy-task');
    assert.deepEqual(ids([deploy, step('start-workers')]), ['start-workers', 'deploy-task']);
    assert.deepEqual(ids([step('start-workers', { after: ['deploy-task'] }), deploy]), [
      'deploy-task',
      'start-workers',
    ]);
    assert.deepEqual(ids([step('start-workers', { after: ['deploy-task'] })]), ['start-workers']);
  });

  it('every recommendation that the code can give has a place in the order', () => {
    const files = ['src/verdicts/advice', 'src/check'].flatMap((folder) =>
      readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')),
    );
    const given = new Set(files.flatMap((text) => [...text.matchAll(/\bid: '([a-z-]+)'/g)].map(([, id]) => id ?? '')));
    assert.ok(given.size > 30, String(given.size));
    assert.deepEqual(
      [...given].filter((id) => !PLACED.includes(id)),
      [],
    );
  });
});
