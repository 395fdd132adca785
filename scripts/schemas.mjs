// @ts-check
/**
 * `npm run schemas`: writes what is published of the contracts in `src/model/contract/`: the JSON Schemas in `schemas/`, and the items
 * of the setting `celeryTasks.effects` in package.json. A test fails when these files and the contracts differ.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { PROJECT, say } from '../tools/machine/index.mjs';
import { load } from '../tools/report-server/bundle.mjs';

/** @type {typeof import('../tools/schemas/index.js')} */
const { effectRuleSetting, publishedSchemas } = await load(join(PROJECT, 'tools', 'schemas', 'index.ts'));

const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
for (const { properties } of manifest.contributes.configuration)
  if ('celeryTasks.effects' in properties) properties['celeryTasks.effects'].items = effectRuleSetting();

for (const [file, contents] of Object.entries({ ...publishedSchemas(), 'package.json': manifest })) {
  const path = join(PROJECT, file);
  const text = await format(JSON.stringify(contents, null, file === 'package.json' ? 2 : 0), {
    ...(await resolveConfig(path)),
    filepath: path,
  });
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  writeFileSync(path, text);
  say(`${file} was written anew.`);
}
