// @ts-check
/**
 * `npm run report -- FILE.json`: the report's page for a saved Diagnosis, in a plain browser. `?theme=` and `?state=` in the address
 * choose a colour theme and the state around the Diagnosis. Needs `npm run build` (or `npm run watch`) before it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openInBrowser, PROJECT, say } from '../tools/machine/index.mjs';
import { bundleStandIn, load } from '../tools/report-server/bundle.mjs';

const USAGE = 'Usage: npm run report -- FILE.json [--theme dark-modern] [--open] [--dist FOLDER]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dist: { type: 'string', default: join(PROJECT, 'dist') },
    theme: { type: 'string', default: 'dark-modern' },
    open: { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (file === undefined || positionals.length > 1) stop(USAGE);
if (!existsSync(file)) stop(`There is no file ${file}. ${USAGE}`);
const dist = resolve(values.dist);
for (const name of ['report.js', 'report.css'])
  if (!existsSync(join(dist, name))) stop(`There is no ${name} in ${dist}: run npm run build first.`);

/** @type {typeof import('../tools/report-server/index.js')} */
const { readDiagnosis, startReportServer, STATES, themeNames } = await load(
  join(PROJECT, 'tools', 'report-server', 'index.ts'),
);
try {
  readDiagnosis(readFileSync(file, 'utf8'), basename(file));
} catch (error) {
  stop(error instanceof Error ? error.message : String(error));
}
const server = await startReportServer({
  project: PROJECT,
  dist,
  standIn: await bundleStandIn(PROJECT),
  scene: (query) => {
    // Read anew for each load of the page, so that a changed file is seen.
    const exported = readFileSync(file, 'utf8');
    const diagnosis = readDiagnosis(exported, basename(file));
    const name = query.get('state') ?? 'saved';
    const state = Object.entries(STATES).find(([each]) => each === name)?.[1];
    if (!state) throw new Error(`There is no state ${name}: choose from ${Object.keys(STATES).join(', ')}.`);
    const shown = query.get('diagnosis') === 'none' ? null : diagnosis;
    const saved = { connection: basename(file), finishedAt: diagnosis.generatedAt };
    return { id: 'saved', diagnosis: shown, state: name === 'saved' ? { ...state, ...saved } : state, exported };
  },
});
const url = `${server.origin}/?theme=${values.theme}`;
process.stdout.write(`${url}\n`);
say(`?theme= one of ${themeNames(PROJECT).join(', ')}`);
say(`&state= one of ${Object.keys(STATES).join(', ')}; &diagnosis=none: nothing was checked yet`);
if (values.open) openInBrowser(url);

/**
 * @param {string} why
 * @returns {never}
 */
function stop(why) {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
