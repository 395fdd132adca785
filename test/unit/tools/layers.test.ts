import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as Layers from '../../../tools/layers/index.mjs' with { 'resolution-mode': 'import' };

describe('tools/layers', () => {
  let layers: typeof Layers;
  before(async () => {
    layers = await import('../../../tools/layers/index.mjs');
  });

  it('the layers in ARCHITECTURE are those of the lint rule, in the same order', () => {
    const rows = readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| `(\w+)\/` \|/gm);
    assert.deepEqual(
      [...rows].map(([, folder]) => folder),
      layers.LAYERS,
    );
  });

  it('every folder of src is a layer', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(folders.map(({ name }) => name).sort(), [...layers.LAYERS].sort());
  });

  it('no file of src imports a layer above its own, not even a type', () => {
    const imports = layers.importsIn(resolve('src'));
    assert.ok(imports.length > 1000, `found ${String(imports.length)} imports`);
    const rank = (file: string): number => layers.LAYERS.indexOf(layers.layerOf(file));
    assert.deepEqual(
      imports.filter(({ from, to }) => rank(to) > rank(from)),
      [],
    );
  });

  it('no files of src import each other in a circle, not even types', () => {
    assert.deepEqual(layers.circlesIn(layers.importsIn(resolve('src'))), []);
  });

  it('the features of the editor form no circle, and what they share imports none of them', () => {
    const feature = (file: string): string => /^vscode\/(\w+)\//.exec(file)?.[1] ?? '';
    const between = layers
      .importsIn(resolve('src'))
      .map(({ from, to }) => ({ from: feature(from), to: feature(to) }))
      .filter(({ from, to }) => from !== '' && to !== '' && from !== to);
    assert.ok(between.length > 50, `found ${String(between.length)} imports between features`);
    assert.deepEqual(layers.circlesIn(between), []);
    assert.deepEqual(
      between.filter(({ from }) => from === 'shared'),
      [],
    );
  });

  it('circles are found, also those by way of a third file', () => {
    const imports = ['ab', 'bc', 'ca', 'cd', 'de', 'ed'].map(([from = '', to = '']) => ({ from, to }));
    assert.deepEqual(layers.circlesIn(imports), [
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });
});
