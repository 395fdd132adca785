import assert from 'node:assert/strict';
import { build, type Metafile } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { offers, takenFrom, tiersOf } from '../../../tools/build/tiers.cjs';

/** `first` counts with `state`, and loads `second` when it is asked; `other` is a program that uses both. */
const MODULES = {
  'first.ts': `import { count } from './state';\nexport const later = async () => (await import('./second')).twice();\nexport { count };`,
  'state.ts': `let counted = 0;\nexport function count() { return ++counted; }\nexport class Failure extends Error {}`,
  'second.ts': `import { count, Failure } from './state';\nexport function twice() { count(); return count(); }\nexport class Worse extends Failure {}`,
  'other.ts': `import { Worse, twice } from './second';\nimport { Failure } from './state';\nexport const found = [twice(), new Worse() instanceof Failure];`,
};

describe('tools/tiers', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiers-'));
    for (const [name, text] of Object.entries(MODULES)) writeFileSync(join(folder, name), text);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const bundle = async (contents: string, outfile: string, plugins: Parameters<typeof build>[0]['plugins'] = []) =>
    await build({
      stdin: { contents, resolveDir: process.cwd(), sourcefile: outfile },
      outfile: join(folder, outfile),
      bundle: true,
      format: 'cjs',
      platform: 'node',
      metafile: true,
      plugins,
    });
  const named = (module: string): string => relative(process.cwd(), join(folder, module)).replaceAll('\\', '/');

  it('the two files of the programs share their modules and keep one state', async () => {
    const [first, state, second, other] = ['first.ts', 'state.ts', 'second.ts', 'other.ts'].map(named) as [
      string,
      string,
      string,
      string,
    ];
    const { metafile } = (await bundle(offers([], { first, other }), 'both.js')) as { metafile: Metafile };
    const tiers = tiersOf(metafile, first);
    assert.deepEqual([...tiers.first].sort(), [first, state].sort());
    assert.deepEqual(tiers.shared, [state]);
    assert.deepEqual(tiers.later, [second]);
    await bundle(offers(tiers.shared, { begin: first }), 'one.js', [
      takenFrom('./two.js', (module) => !tiers.first.has(module)),
    ]);
    const two = await bundle(offers(tiers.later, { other }), 'two.js', [
      takenFrom('./one.js', (module) => tiers.first.has(module)),
    ]);
    assert.equal(Object.keys((two as { metafile: Metafile }).metafile.inputs).includes(state), false);

    const require = createRequire(join(folder, 'from.js'));
    const loaded = require(join(folder, 'one.js')) as { begin: { count: () => number; later: () => Promise<number> } };
    assert.equal(loaded.begin.count(), 1);
    assert.equal(join(folder, 'two.js') in require.cache, false);
    assert.equal(await loaded.begin.later(), 3);
    assert.deepEqual((require(join(folder, 'two.js')) as { other: { found: unknown } }).other.found, [5, true]);
    assert.equal(loaded.begin.count(), 6);
  });
});
