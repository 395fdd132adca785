// @ts-check
/**
 * `npm run test:population`: an application with the library's real write pattern lives in several worlds, in which processes, messages
 * and sessions die, and every verdict is compared with what really happened. `--seed N --rows N` repeat a run. Ends with 1 on any wrong one.
 */
import { spawn } from 'node:child_process';
import { ensureDependencies, PROJECT, run, say } from '../tools/machine/index.mjs';

await ensureDependencies();
const { startCelery } = await import('../tools/servers/index.mjs');
say('Building...');
if ((await run(process.execPath, ['esbuild.js', '--production', '--tests'])) !== 0) process.exit(1);
const servers = await startCelery(say);
const child = spawn(process.execPath, ['dist-test/population/main.js', ...process.argv.slice(2)], {
  cwd: PROJECT,
  env: { ...process.env, ...servers.env },
  stdio: 'inherit',
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
const code = await new Promise((resolve) => child.on('close', (exit) => resolve(exit ?? 1)));
await servers.stop();
process.exit(code);
