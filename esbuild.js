'use strict';
// Builds what ships (dist/) and, with --tests, what tests run (dist-test/). Usage: node esbuild.js [--production] [--watch] [--tests]
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { promisify } = require('node:util');
const zlib = require('node:zlib');
const { fileTheme } = require('./tools/build/fileTheme.cjs');
const { thirdPartyNotices } = require('./tools/build/notices.cjs');
const { offers, takenFrom, tiersOf } = require('./tools/build/tiers.cjs');

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
    build.onResolve({ filter: /^(pg|ioredis|amqplib)$/ }, (args) => ({ path: `./${args.path}.js`, external: true }));
  },
};

const EXTENSION = 'src/extension.ts';
const COMMAND_LINE = 'src/cli.ts';

/** Both programs in one bundle, which is not written: it shows which modules the two files below need. */
const programs = {
  ...common,
  stdin: {
    contents: offers([], { extension: EXTENSION, commandLine: COMMAND_LINE }),
    resolveDir: __dirname,
    sourcefile: 'programs.js',
  },
  outfile: 'dist/programs.js',
  external: ['vscode'],
  plugins: [driversApart],
  metafile: true,
  write: false,
};

/**
 * `extension.js` has what activation needs, and is all that a window compiles before the first check. `core.js` is loaded at the first
 * question, and has the command line. No module is in both; as separate bundles, a fifth of the package would be in it twice.
 * @param {import('esbuild').Metafile} metafile of `programs`
 */
async function buildPrograms(metafile) {
  const { first, shared, later } = tiersOf(metafile, EXTENSION);
  const file = (outfile, contents, others) => ({
    ...programs,
    stdin: { ...programs.stdin, contents, sourcefile: outfile },
    outfile,
    plugins: [driversApart, others],
  });
  const results = await Promise.all(
    [
      file(
        'dist/extension.js',
        offers(shared, {}, { activate: EXTENSION, deactivate: EXTENSION }),
        takenFrom('./core.js', (module) => !first.has(module)),
      ),
      file(
        'dist/core.js',
        offers(later, { commandLine: COMMAND_LINE }),
        takenFrom('./extension.js', (module) => first.has(module)),
      ),
    ].map((options) => esbuild.build(options)),
  );
  return results.flatMap(({ outputFiles }) => outputFiles);
}

/** What people start by itself. */
const PROGRAMS = {
  'check-task-status.js': `#!/usr/bin/env node\n'use strict';\nrequire('./core.js').commandLine;\n`,
};

const shippedDrivers = {
  ...common,
  entryPoints: {
    pg: require.resolve('./tools/build/drivers/pg.cjs'),
    ioredis: require.resolve('ioredis'),
    amqplib: require.resolve('amqplib'),
  },
  outdir: 'dist',
  sourcemap: false,
  alias: { debug: require.resolve('./tools/build/drivers/no-debug.cjs') },
};

/** The report's page: one script and one style sheet, for Chromium as old as VS Code 1.100's. */
const page = {
  ...common,
  entryPoints: { report: 'src/page/main.tsx' },
  outdir: 'dist',
  format: 'iife',
  platform: 'browser',
  target: 'chrome132',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

/** What the report's HTML file has besides the page: a stand-in for the editor, and the colours of a light and a dark theme. */
const reportFile = { ...page, entryPoints: { reportFile: 'src/page/file/host.ts' } };

/** Problem-matcher lines for the editor's watch task (.vscode/tasks.json). */
const announce = {
  name: 'announce',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd(() => console.log('[watch] build finished'));
  },
};

/** In the tests, too, the code below `src` loads the drivers that ship, so that a fault of the bundle is found. */
const driversAsShipped = {
  name: 'drivers-as-shipped',
  setup(build) {
    build.onResolve({ filter: /^(pg|ioredis|amqplib)$/ }, ({ importer, kind, path: name }) =>
      kind === 'dynamic-import' && importer.startsWith(path.join(__dirname, 'src'))
        ? { path: pathToFileURL(path.join(__dirname, 'dist', `${name}.js`)).href, external: true }
        : undefined,
    );
  },
};

/** Modules of `tools/` find their own files by `import.meta.url`, which a bundle has not: tests load them from where they are. */
const toolsInPlace = {
  name: 'tools-in-place',
  setup(build) {
    build.onResolve({ filter: /\/tools\/.*\.mjs$/ }, ({ kind, path: name, resolveDir }) =>
      kind === 'dynamic-import'
        ? { path: pathToFileURL(path.resolve(resolveDir, name)).href, external: true }
        : undefined,
    );
  },
};

function testFiles(folder) {
  return fs
    .readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

/**
 * The sample report is packed here, because the packages' own way of packing sees only 32 kB at a time, and it repeats itself at longer
 * distances: two thirds of what it would be.
 */
async function packedSample() {
  const text = fs.readFileSync('media/sample-diagnosis.json');
  const { BROTLI_PARAM_LGWIN: window, BROTLI_PARAM_SIZE_HINT: size } = zlib.constants;
  return await promisify(zlib.brotliCompress)(text, { params: { [window]: 22, [size]: text.length } });
}

/** What is in `dist` and no bundle. */
async function otherFiles() {
  return { ...PROGRAMS, 'sample-diagnosis.json.br': await packedSample(), 'reportFile.css': fileTheme(__dirname) };
}

/**
 * Makes a folder hold exactly these files. One that is the same already is not touched, and one that is not changes in an instant: a build
 * may run while other programs run what the last one built (`npm start` in the tests).
 * @param {string} folder
 * @param {Record<string, string | Uint8Array>} files
 */
function fill(folder, files) {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, contents] of Object.entries(files)) {
    const file = path.join(folder, name);
    const mode = name === 'check-task-status.js' ? 0o755 : 0o644;
    if (fs.existsSync(file) && fs.readFileSync(file).equals(Buffer.from(contents))) continue;
    fs.writeFileSync(`${file}.new`, contents, { mode });
    fs.renameSync(`${file}.new`, file);
  }
  for (const name of fs.readdirSync(folder))
    if (!(name in files)) fs.rmSync(path.join(folder, name), { recursive: true });
}

async function main() {
  const plain = [shippedDrivers, page, reportFile];
  if (watch) {
    fill('dist', await otherFiles());
    const written = {
      name: 'written',
      setup(build) {
        build.onEnd(async ({ errors, metafile }) => {
          if (errors.length > 0) return;
          for (const { path: file, contents } of await buildPrograms(metafile)) fs.writeFileSync(file, contents);
        });
      },
    };
    for (const options of [{ ...programs, plugins: [...programs.plugins, written] }, ...plain]) {
      const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), announce] });
      await context.watch();
    }
    return;
  }
  const [others, ...results] = await Promise.all([
    otherFiles(),
    ...[programs, ...plain].map((options) => esbuild.build({ ...options, metafile: true, write: false })),
  ]);
  const [{ metafile }, ...rest] = results;
  const files = [...(await buildPrograms(metafile)), ...rest.flatMap(({ outputFiles }) => outputFiles)];
  const bundles = files.map((file) => [path.basename(file.path), file.contents]);
  const notices = thirdPartyNotices(results.map((result) => result.metafile));
  fill('dist', { ...others, ...Object.fromEntries(bundles), 'THIRD_PARTY_NOTICES.txt': notices });
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
      plugins: [driversAsShipped, toolsInPlace],
    });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
