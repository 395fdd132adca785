// @ts-check
/**
 * `npm test`: everything, on a machine with nothing but Node. Installs what it needs, starts its own servers, and ends with one
 * line `N passed, N failed`. `--only unit,postgres` runs some parts.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { keepOutputs, searchOutputs } from './lib/outputs.mjs';
import { PROJECT, run, say } from './lib/run.mjs';
import { mocha, Tally } from './lib/suites.mjs';

const PARTS = [
  'check',
  'unit',
  'package',
  'page',
  'postgres',
  'redis',
  'cli',
  'faults',
  'celery',
  'demo',
  'host',
  'vsix',
  'ui',
];

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = values.only === undefined ? PARTS : values.only.split(',').map((part) => part.trim());
const unknown = wanted.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  say(`There is no part ${unknown.join(', ')}: choose from ${PARTS.join(', ')}.`);
  process.exit(2);
}

const tally = new Tally();
keepOutputs();
/** @type {(() => Promise<unknown>)[]} */
const cleanUps = [];
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => void finish(130));

main().then(
  () => finish(tally.failed === 0 ? 0 : 1),
  (error) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    tally.failed++;
    return finish(1);
  },
);

async function main() {
  await ensureDependencies();
  const has = (/** @type {string} */ part) => wanted.includes(part);
  if (has('check')) {
    for (const step of ['types', 'lint', 'format', 'dead']) {
      await tally.part(`check:${step}`, async () => {
        const code = await run('npm', ['run', '--silent', `check:${step}`]);
        if (code === 0) tally.passed++;
        return code;
      });
    }
  }
  say('Building...');
  if ((await run(process.execPath, ['esbuild.js', '--production', '--tests'])) !== 0)
    throw new Error('The build failed; see above.');
  if (has('unit'))
    await tally.part('unit', () => mocha(tally, ['dist-test/unit/**/*.test.js', 'dist-test/fuzz/**/*.test.js'], {}));
  if (has('package') || has('vsix')) {
    await tally.part('package', async () => {
      const code = await run('npm', ['run', '--silent', 'package:only']);
      return code === 0 ? await mocha(tally, ['dist-test/package/**/*.test.js'], {}) : code;
    });
  }
  if (has('page')) await withChromium();
  if (has('postgres') || has('redis') || has('cli') || has('faults')) await withServers(has);
  if (has('celery')) await withCelery();
  if (has('demo') || has('host') || has('vsix') || has('ui')) await withDemo(has);
  // After all of them, over what all of them put out.
  if (wanted.some((part) => part !== 'check'))
    await tally.part('no password in any output', async () => searchOutputs(tally));
}

/** The report's page as it ships, in a plain browser. */
async function withChromium() {
  const { findChromium } = await import('./vscode-host/chromium.mjs');
  await tally.part('page', async () => {
    const env = { CHROMIUM_EXECUTABLE: await findChromium(say), REPORT_DIST: join(PROJECT, 'dist') };
    return await mocha(tally, ['dist-test/page/**/*.test.js'], env);
  });
}

/** @param {(part: string) => boolean} has */
async function withServers(has) {
  const { startTestServers } = await import('./lib/test-servers.mjs');
  const servers = await startTestServers(say);
  cleanUps.push(servers.stop);
  if (has('postgres'))
    await tally.part('postgres', () => mocha(tally, ['dist-test/postgres/**/*.test.js'], servers.env));
  if (has('redis')) await tally.part('redis', () => mocha(tally, ['dist-test/redis/**/*.test.js'], servers.env));
  if (has('cli')) await tally.part('cli', () => mocha(tally, ['dist-test/cli/**/*.test.js'], servers.env));
  if (has('faults')) await tally.part('faults', () => mocha(tally, ['dist-test/faults/**/*.test.js'], servers.env));
  await servers.stop();
}

/** Real Celery, on servers of its own: these tests empty databases and stop what they find there. */
async function withCelery() {
  const { startCelery } = await import('./lib/celery.mjs');
  await tally.part('celery', async () => {
    const celery = await startCelery(say);
    cleanUps.push(celery.stop);
    const code = await mocha(tally, ['dist-test/celery/**/*.test.js'], celery.env);
    await celery.stop();
    return code;
  });
}

/** @param {(part: string) => boolean} has */
async function withDemo(has) {
  const { startDemo } = await import('./demo/index.mjs');
  const { hostTests } = await import('./lib/host-tests.mjs');
  const stateDir = join(PROJECT, '.demo', 'test');
  rmSync(stateDir, { recursive: true, force: true });
  const demo = await startDemo({ log: say, stateDir });
  cleanUps.push(() => demo.stop());
  const env = { TEST_DATABASE_URL: demo.databaseUrl, TEST_REDIS_URL: demo.redisUrl };
  if (has('demo')) await tally.part('demo', () => mocha(tally, ['dist-test/demo/**/*.test.js'], env));
  if (has('host')) await tally.part('host, VS Code minimum', () => hostTests(tally, { version: 'minimum', demo, env }));
  if (has('vsix'))
    await tally.part('host, packaged VSIX in the newest VS Code', () =>
      hostTests(tally, { version: 'newest', demo, env, vsix: true }),
    );
  if (has('ui'))
    await tally.part('ui', () => mocha(tally, ['test/ui/**/*.test.mjs'], { ...env, TEST_WORKSPACE: demo.workspace }));
  await demo.stop();
}

/** @param {number} code */
async function finish(code) {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp().catch(() => undefined);
  if (tally.broken.length > 0) process.stdout.write(`\nBroken parts: ${tally.broken.join(', ')}\n`);
  process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
  process.exit(tally.failed > 0 && code === 0 ? 1 : code);
}
