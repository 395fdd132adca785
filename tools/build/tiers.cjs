'use strict';
// Splits the two programs into two CommonJS files, so that no module is in both. esbuild's own code splitting only writes ES modules. VS Code
// loads extensions that are ES modules since 1.100, but loads them more slowly: microsoft/vscode-containers shipped one in 2.4.2 and went back
// to CommonJS in 2.4.4 "to improve code loading performance" (its pull request 461).
const path = require('node:path');

/**
 * Decides in which of two files each module goes. The first has what an entry imports and is loaded with it. The second has what is only
 * loaded by `import()`, and all other entries. No module is in both, because some keep state.
 * @param {import('esbuild').Metafile} metafile of one bundle of all entries
 * @param {string} entry as the metafile names it
 * @returns {{ first: Set<string>, shared: string[], later: string[] }} first: modules of the first file; shared: those of them that the
 *   second needs; later: those of the second that the first needs
 */
function tiersOf(metafile, entry) {
  const first = new Set([entry]);
  for (const module of first)
    for (const { path: other, kind, external } of metafile.inputs[module].imports)
      if (!external && kind !== 'dynamic-import') first.add(other);
  const shared = new Set();
  const later = new Set();
  for (const [module, { imports }] of Object.entries(metafile.inputs))
    for (const { path: other, external } of imports) {
      if (external || first.has(module) === first.has(other)) continue;
      (first.has(other) ? shared : later).add(other);
    }
  // The bundle's own first module imports the entry; the second file does not need it from there.
  shared.delete(entry);
  return { first, shared: [...shared].sort(), later: [...later].sort() };
}

/**
 * Takes modules that are in the other file from there. Each runs when it is first used.
 * @param {string} file the other one, as it is required
 * @param {(module: string) => boolean} isThere whether a module, as a metafile names it, is in the other file
 * @returns {import('esbuild').Plugin}
 */
function takenFrom(file, isThere) {
  const namespace = 'other-tier';
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path: name, pluginData, ...rest }) => {
        if (pluginData === namespace) return undefined;
        const found = await build.resolve(name, { ...rest, pluginData: namespace });
        if (found.external || found.errors.length > 0) return found;
        const module = path.relative(process.cwd(), found.path).split(path.sep).join('/');
        return isThere(module) ? { path: module, namespace } : found;
      });
      build.onLoad({ filter: /./, namespace }, ({ path: module }) => ({
        contents: `module.exports = require(${JSON.stringify(file)})[${JSON.stringify(module)}]`,
        resolveDir: process.cwd(),
      }));
      build.onResolve({ filter: /./, namespace }, () => ({ path: file, external: true }));
    },
  };
}

/**
 * The beginning of a file: what others take from it. Each module runs when it is first used.
 * @param {readonly string[]} modules that are taken under their own names
 * @param {Record<string, string>} [entries] modules by other names
 * @param {Record<string, string>} [parts] modules by the name of the one export that is taken from them
 * @returns {string} CommonJS
 */
function offers(modules, entries = {}, parts = {}) {
  const getter = (name, value) => `  get ${JSON.stringify(name)}() { return ${value}; },\n`;
  const required = (module) => `require(${JSON.stringify(`./${module}`)})`;
  const lines = [
    ...modules.map((module) => getter(module, required(module))),
    ...Object.entries(entries).map(([name, module]) => getter(name, required(module))),
    ...Object.entries(parts).map(([name, module]) => getter(name, `${required(module)}.${name}`)),
  ];
  return `module.exports = {\n${lines.join('')}};\n`;
}

module.exports = { tiersOf, takenFrom, offers };
