'use strict';
// Builds what ships (dist/) and, with --tests, what tests run (dist-test/). Usage: node esbuild.js [--production] [--watch] [--tests]
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');
const { thirdPartyNotices } = require('./scripts/lib/notices.cjs');
const { withSharedCore } = require('./scripts/lib/shared-core.cjs');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');

const common = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

/**
 * The drivers become files of their own beside the bundle, required at the first connection: activation then
 * neither parses nor runs them (59 ms against 9 ms, measured), and a test can see in require.cache that it did not.
 */
const driversApart = {
  name: 'drivers-apart',
  setup(build) {
    build.onResolve({ filter: /^(pg|ioredis)$/ }, (args) => ({ path: `./${args.path}.js`, external: true }));
  },
};

/** The two programs; what both need is built once (scripts/lib/shared-core.cjs). */
const programs = {
  ...common,
  entryPoints: { extension: 'src/extension.ts', 'check-task-status': 'src/cli.ts' },
  outdir: 'dist',
  external: ['vscode'],
  plugins: [driversApart],
};

const drivers = {
  ...common,
  entryPoints: { pg: 'pg', ioredis: 'ioredis' },
  outdir: 'dist',
  external: ['pg-native'],
  sourcemap: false,
  // Under DEBUG=ioredis:* the driver would print what it sends, and with AUTH the password.
  alias: { debug: require.resolve('./scripts/lib/no-debug.cjs') },
};

/** The report's page: one script and one style sheet, for Chromium as old as VS Code 1.100's. */
const page = {
  ...common,
  entryPoints: { report: 'src/webview/main.tsx' },
  outdir: 'dist',
  format: 'iife',
  platform: 'browser',
  target: 'chrome132',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

/** Problem-matcher lines for the editor's watch task (.vscode/tasks.json). */
const announce = {
  name: 'announce',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd(() => console.log('[watch] build finished'));
  },
};

function testFiles(folder) {
  return fs
    .readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

async function main() {
  const builds = [...(await withSharedCore(programs)), drivers, page];
  if (watch) {
    for (const options of builds) {
      const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), announce] });
      await context.watch();
    }
    return;
  }
  fs.rmSync('dist', { recursive: true, force: true });
  const results = await Promise.all(builds.map((options) => esbuild.build({ ...options, metafile: true })));
  fs.writeFileSync('dist/THIRD_PARTY_NOTICES.txt', thirdPartyNotices(results.map((result) => result.metafile)));
  fs.chmodSync('dist/check-task-status.js', 0o755);
  if (tests) {
    fs.rmSync('dist-test', { recursive: true, force: true });
    await esbuild.build({
      ...common,
      minify: false,
      sourcemap: 'linked',
      entryPoints: testFiles('test'),
      outbase: 'test',
      outdir: 'dist-test',
      packages: 'external',
      external: ['vscode'],
    });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
