// @ts-check
/**
 * `npm test`: everything, on a machine with nothing but Node. Installs what it needs, starts its own servers, and ends with one
 * line `N passed, N failed`. `--only unit,postgres` runs some parts.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, findChromium, PROJECT, run, say } from '../tools/machine/index.mjs';
import { hostTests, keepOutputs, mocha, prepare, runJobs, searchOutputs, Tally } from '../tools/test-runner/index.mjs';

const PARTS = [
  'check',
  'unit',
  'package',
  'page',
  'postgres',
  'redis',
  'truth',
  'cli',
  'faults',
  'celery',
  'population',
  'rabbitmq',
  'demo',
  'host',
  'vsix',
  'ui',
];

const PAGE_TESTS = 'dist-test/page/**/*.test.js';
const PAGE_SPEED = 'dist-test/page/speed.test.js';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = values.only === undefined ? PARTS : values.only.split(',').map((part) => part.trim());
const unknown = wanted.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  say(`There is no part ${unknown.join(', ')}: choose from ${PARTS.join(', ')}.`);
  process.exit(2);
}

keepOutputs();
/** @type {Tally[]} */
const tallies = [];
/** @type {(() => Promise<unknown>)[]} */
const cleanUps = [];
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => void finish(130));

main().then(
  () => finish(0),
  (error) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return finish(1);
  },
);

async function main() {
  await ensureDependencies();
  const has = (/** @type {string} */ part) => wanted.includes(part);
  const prepared = prepare(has, say);
  say('Building...');
  if ((await run(process.execPath, ['esbuild.js', '--production', '--tests'])) !== 0)
    throw new Error('The build failed; see above.');
  const running = runJobs(jobs(has, prepared));
  tallies.push(...running.tallies);
  await running.done;
  // After all of them, over what all of them put out.
  const last = new Tally({ live: true });
  tallies.push(last);
  if (wanted.some((part) => part !== 'check'))
    await last.part('no password in any output', async () => searchOutputs(last));
}

/**
 * The longest first, so that both lanes end together. No two of them share a server, a folder or a port.
 * @param {(part: string) => boolean} has
 * @param {Promise<void>} prepared
 * @returns {import('../tools/test-runner/index.mjs').Job[]}
 */
function jobs(has, prepared) {
  /** @type {{ parts: string, run: (tally: Tally) => Promise<void>, kind?: 'waits' | 'alone' }[]} */
  const all = [
    { parts: 'check', run: check },
    { parts: 'demo ui', run: (tally) => withDemo(tally, 'lanes', has) },
    { parts: 'postgres', run: (tally) => withServers(tally, ['postgres'], has) },
    { parts: 'redis truth cli faults', run: (tally) => withServers(tally, ['redis', 'truth', 'cli', 'faults'], has) },
    { parts: 'page', run: (tally) => page(tally, 'page', [PAGE_TESTS], [PAGE_SPEED]) },
    { parts: 'unit', run: unit },
    { parts: 'package vsix', run: packaged },
    {
      parts: 'celery population',
      run: (tally) => withCelery(tally, ['celery', 'population'].filter(has)),
      kind: 'waits',
    },
    { parts: 'rabbitmq', run: (tally) => withCelery(tally, ['rabbitmq']) },
    { parts: 'page', run: (tally) => page(tally, 'page, speed', [PAGE_SPEED]), kind: 'alone' },
    { parts: 'host vsix', run: (tally) => withDemo(tally, 'alone', has), kind: 'alone' },
  ];
  return all
    .filter(({ parts }) => parts.split(' ').some(has))
    .map(({ parts, run: job, ...kind }) => ({
      ...kind,
      run: async (tally) => {
        if (parts !== 'check') await prepared;
        await job(tally);
      },
    }));
}

/** @param {Tally} tally */
async function check(tally) {
  for (const step of ['types', 'lint', 'format', 'dead']) {
    await tally.part(`check:${step}`, async () => {
      const onLine = (/** @type {string} */ line) => tally.print(line);
      const code = await run('npm', ['run', '--silent', `check:${step}`], { onLine });
      if (code === 0) tally.passed++;
      return code;
    });
  }
}

/** @param {Tally} tally */
async function unit(tally) {
  await tally.part('unit', () => mocha(tally, ['dist-test/unit/**/*.test.js', 'dist-test/fuzz/**/*.test.js'], {}));
}

/** @param {Tally} tally */
async function packaged(tally) {
  await tally.part('package', async () => {
    const onLine = (/** @type {string} */ line) => tally.print(line);
    const code = await run('npm', ['run', '--silent', 'package:only'], { onLine });
    return code === 0 ? await mocha(tally, ['dist-test/package/**/*.test.js'], {}) : code;
  });
}

/**
 * The report's page as it ships, in a plain browser.
 * @param {Tally} tally
 * @param {string} name
 * @param {string[]} files
 * @param {string[]} [without]
 */
async function page(tally, name, files, without) {
  await tally.part(name, async () => {
    const env = { CHROMIUM_EXECUTABLE: await findChromium(say), REPORT_DIST: join(PROJECT, 'dist') };
    return await mocha(tally, files, env, without);
  });
}

/**
 * @param {Tally} tally
 * @param {string[]} parts
 * @param {(part: string) => boolean} has
 */
async function withServers(tally, parts, has) {
  const { startTestServers } = await import('../tools/servers/index.mjs');
  const servers = await startTestServers(say);
  cleanUps.push(servers.stop);
  for (const part of parts.filter(has))
    await tally.part(part, () => mocha(tally, [`dist-test/${part}/**/*.test.js`], servers.env));
  await servers.stop();
}

/**
 * Real Celery, on servers of its own: these tests empty databases and stop what they find there.
 * @param {Tally} tally
 * @param {string[]} parts
 */
async function withCelery(tally, parts) {
  const { startCelery, startCeleryOnRabbitmq } = await import('../tools/servers/index.mjs');
  for (const part of parts)
    await tally.part(part, async () => {
      const celery = await (part === 'rabbitmq' ? startCeleryOnRabbitmq(say) : startCelery(say));
      cleanUps.push(celery.stop);
      const code = await mocha(tally, [`dist-test/${part}/**/*.test.js`], celery.env);
      await celery.stop();
      return code;
    });
}

/**
 * @param {Tally} tally
 * @param {'lanes' | 'alone'} when which of its parts
 * @param {(part: string) => boolean} has
 */
async function withDemo(tally, when, has) {
  const { startDemo } = await import('../tools/demo/index.mjs');
  const stateDir = join(PROJECT, '.demo', `test-${when}`);
  rmSync(stateDir, { recursive: true, force: true });
  const demo = await startDemo({ log: say, stateDir });
  cleanUps.push(() => demo.stop());
  const env = { TEST_DATABASE_URL: demo.databaseUrl, TEST_REDIS_URL: demo.redisUrl };
  if (when === 'lanes') {
    if (has('demo')) await tally.part('demo', () => mocha(tally, ['dist-test/demo/**/*.test.js'], env));
    if (has('ui'))
      await tally.part('ui', () => mocha(tally, ['test/ui/**/*.test.mjs'], { ...env, TEST_WORKSPACE: demo.workspace }));
  } else {
    if (has('host'))
      await tally.part('host, VS Code minimum', () => hostTests(tally, { version: 'minimum', demo, env }));
    if (has('vsix'))
      await tally.part('host, packaged VSIX in the newest VS Code', () =>
        hostTests(tally, { version: 'newest', demo, env, vsix: true }),
      );
  }
  await demo.stop();
}

/** @param {number} code of a run that ended before its tests did; else 0 */
async function finish(code) {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp().catch(() => undefined);
  for (const tally of tallies) tally.flush();
  const sum = (/** @type {(tally: Tally) => number} */ of) => tallies.reduce((all, tally) => all + of(tally), 0);
  const failed = sum((tally) => tally.failed) + (code === 1 ? 1 : 0);
  const broken = tallies.flatMap((tally) => tally.broken);
  const failures = tallies.flatMap((tally) => tally.failures);
  if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.map((failure) => `- ${failure}\n`).join('')}`);
  if (broken.length > 0) process.stdout.write(`\nBroken parts: ${broken.join(', ')}\n`);
  process.stdout.write(`\n${sum((tally) => tally.passed)} passed, ${failed} failed\n`);
  process.exit(code === 0 && failed > 0 ? 1 : code);
}
