// @ts-check
/**
 * `npm run test:faults`: a few hundred faults in random order, on servers of its own. The seed is printed; `--seed N --runs N` repeat
 * a run, `--only WORDS` runs those whose name holds these words. Ends with 1 on any violation.
 */
import { spawn } from 'node:child_process';
import { ensureDependencies, PROJECT, run, say } from '../tools/machine/index.mjs';

await ensureDependencies();
const { startPostgres } = await import('../tools/servers/index.mjs');
say('Building...');
if ((await run(process.execPath, ['esbuild.js', '--production', '--tests'])) !== 0) process.exit(1);
const server = await startPostgres({ log: say });
const child = spawn(process.execPath, ['dist-test/faults/main.js', ...process.argv.slice(2)], {
  cwd: PROJECT,
  env: { ...process.env, TEST_POSTGRES_URLS: server.url },
  stdio: 'inherit',
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
const code = await new Promise((resolve) => child.on('close', (exit) => resolve(exit ?? 1)));
await server.stop();
process.exit(code);
