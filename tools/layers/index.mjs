// @ts-check
/** The layers of `src/`, and which files import which. ESLint, a test and `npm run layers` use the same list. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** From the bottom up: each folder imports only itself and those before it. `cli.ts` counts as `cli`, `extension.ts` as `vscode`. */
export const LAYERS = [
  'base',
  'model',
  'ports',
  'sql',
  'wire',
  'python',
  'tables',
  'brokers',
  'results',
  'effects',
  'causes',
  'verdicts',
  'check',
  'fixes',
  'report',
  'connect',
  'page',
  'cli',
  'vscode',
];

/** @param {string} file below `src/`, with slashes */
export function layerOf(file) {
  const [first = '', ...rest] = file.split('/');
  if (rest.length > 0) return first;
  return first === 'cli.ts' ? 'cli' : 'vscode';
}

/**
 * Every import between the files of a source folder, with type-only and dynamic ones.
 * @param {string} root the `src` folder
 * @returns {{ from: string, to: string }[]} paths below `root`, with slashes
 */
export function importsIn(root) {
  const files = readdirSync(root, { recursive: true })
    .map(String)
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));
  return files.flatMap((file) =>
    ts
      .preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
      .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ fileName }) => found(resolve(root, dirname(file), fileName)))
      .filter((target) => target !== undefined && !relative(root, target).startsWith('..'))
      .map((target) => ({ from: slashes(file), to: slashes(relative(root, String(target))) })),
  );
}

/**
 * Files that import each other, directly or by way of others.
 * @param {readonly { from: string, to: string }[]} imports
 * @returns {string[][]} one entry a circle
 */
export function circlesIn(imports) {
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  for (const { from, to } of imports) graph.set(from, [...(graph.get(from) ?? []), to]);
  /** @param {string} start */
  const reachedFrom = (start) => {
    const reached = new Set();
    const open = [...(graph.get(start) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...(graph.get(next) ?? []));
    }
    return reached;
  };
  const reach = new Map([...graph.keys()].map((file) => [file, reachedFrom(file)]));
  const left = new Set([...graph.keys()].filter((file) => reach.get(file)?.has(file)));
  const circles = [];
  for (const file of left) {
    const circle = [...left].filter(
      (other) => other === file || (reach.get(file)?.has(other) && reach.get(other)?.has(file)),
    );
    for (const each of circle) left.delete(each);
    circles.push(circle.sort());
  }
  return circles;
}

/** @param {string} path without its ending */
function found(path) {
  return [path, `${path}.ts`, `${path}.tsx`, join(path, 'index.ts')].find(
    (candidate) => /\.tsx?$/.test(candidate) && existsSync(candidate) && statSync(candidate).isFile(),
  );
}

/** @param {string} path */
function slashes(path) {
  return path.split(sep).join('/');
}
