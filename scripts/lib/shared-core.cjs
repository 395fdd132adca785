'use strict';
// The extension and the command line do the same job with the same files. What both need is built once, as dist/core.js, and both
// bundles load it: a fifth of the package would be there twice.
const path = require('node:path');
const esbuild = require('esbuild');

const CORE = './core.js';

/**
 * Builds several entries whose common source files become one file beside them.
 * @param {import('esbuild').BuildOptions} options of the entries: `entryPoints` as a record, cjs, `outdir`
 * @returns {Promise<import('esbuild').BuildOptions[]>} the builds to run: the entries, and the core
 */
async function withSharedCore(options) {
  const shared = await sharedSources(options);
  return [
    { ...options, plugins: [...(options.plugins ?? []), fromCore(shared)] },
    {
      ...options,
      entryPoints: undefined,
      outfile: path.join(options.outdir ?? '.', path.basename(CORE)),
      outdir: undefined,
      stdin: { contents: coreModule(shared), resolveDir: process.cwd(), sourcefile: 'core.js' },
    },
  ];
}

/**
 * The source files that every entry bundles. They need no others: what a shared file imports is in every bundle too.
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<string[]>} relative to the project
 */
async function sharedSources(options) {
  const inputs = await Promise.all(
    Object.entries(options.entryPoints ?? {}).map(async ([name, file]) => {
      const { metafile } = await esbuild.build({
        ...options,
        entryPoints: { [name]: file },
        write: false,
        metafile: true,
        sourcemap: false,
      });
      return Object.keys(metafile?.inputs ?? {});
    }),
  );
  const [first = [], ...others] = inputs;
  return first.filter((file) => others.every((files) => files.includes(file)) && !isEntry(options, file)).sort();
}

/** @param {import('esbuild').BuildOptions} options @param {string} file */
function isEntry({ entryPoints }, file) {
  return Object.values(entryPoints ?? {}).some((entry) => path.normalize(entry) === path.normalize(file));
}

/**
 * Each file is run when it is first asked for, so that activation runs no more than before.
 * @param {string[]} files
 */
function coreModule(files) {
  const parts = files.map(
    (file) => `get ${JSON.stringify(keyOf(file))}() { return require(${JSON.stringify(`./${file}`)}); },`,
  );
  return `module.exports = {\n${parts.join('\n')}\n};\n`;
}

/** @param {string} file */
function keyOf(file) {
  return file.replaceAll(path.sep, '/');
}

/**
 * Imports of shared files are taken from the core.
 * @param {string[]} shared
 * @returns {import('esbuild').Plugin}
 */
function fromCore(shared) {
  const files = new Map(shared.map((file) => [path.resolve(file), keyOf(file)]));
  return {
    name: 'from-core',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async (args) => {
        if (args.pluginData === CORE || args.kind === 'entry-point') return undefined;
        if (args.path === CORE) return { path: CORE, external: true };
        const { path: file } = await build.resolve(args.path, {
          kind: args.kind,
          importer: args.importer,
          resolveDir: args.resolveDir,
          pluginData: CORE,
        });
        const key = files.get(file);
        return key === undefined ? undefined : { path: key, namespace: 'core' };
      });
      build.onLoad({ filter: /.*/, namespace: 'core' }, ({ path: key }) => ({
        contents: `module.exports = require('${CORE}')[${JSON.stringify(key)}];`,
        resolveDir: process.cwd(),
      }));
    },
  };
}

module.exports = { withSharedCore };
