// @ts-check
/** `npm run bench`: builds what is measured and what measures, and runs it. `npm run bench -- --help` says what it can do. */
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies, PROJECT, run, say } from '../tools/machine/index.mjs';

/** Modules that find their own files by `import.meta.url` are loaded from where they are. */
const toolsApart = {
  name: 'tools-apart',
  setup(/** @type {import('esbuild').PluginBuild} */ context) {
    context.onResolve({ filter: /\/tools\/.*\.mjs$/ }, ({ path, importer }) => ({
      path: pathToFileURL(resolve(dirname(importer), path)).href,
      external: true,
    }));
  },
};

await ensureDependencies();
process.chdir(PROJECT);
say('Building...');
if ((await run(process.execPath, ['esbuild.js', '--production', '--tests'])) !== 0) process.exit(1);
rmSync('dist-bench', { recursive: true, force: true });
await build({
  entryPoints: ['bench/main.ts', ...readdirSync('bench/children').map((file) => join('bench/children', file))].filter(
    (file) => file.endsWith('.ts'),
  ),
  outbase: 'bench',
  outdir: 'dist-bench',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  external: ['vscode'],
  plugins: [toolsApart],
  logLevel: 'warning',
});
await import(pathToFileURL(join(PROJECT, 'dist-bench', 'main.js')).href);
