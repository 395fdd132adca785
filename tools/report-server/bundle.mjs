// @ts-check
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the stand-in for VS Code that a plain browser gets.
 * @param {string} project the project's folder
 * @returns {Promise<string>} its script
 */
export async function bundleStandIn(project) {
  const entry = join(project, 'tools', 'report-server', 'browser', 'standIn.ts');
  return await bundle(entry, { format: 'iife', platform: 'browser', target: 'chrome132' });
}

/**
 * Loads a TypeScript file, with what it imports, into this process. It may import nothing but files and Node's own modules.
 * @param {string} entry
 * @returns {Promise<any>} its exports
 */
export async function load(entry) {
  const text = await bundle(entry, { format: 'esm', platform: 'node', target: 'node20' });
  return await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
}

/**
 * @param {string} entry
 * @param {import('esbuild').BuildOptions} options
 */
async function bundle(entry, options) {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: '.',
    logLevel: 'warning',
  });
  const [file] = outputFiles ?? [];
  if (!file) throw new Error(`${entry} gave no bundle.`);
  return file.text;
}
