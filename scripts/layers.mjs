// @ts-check
/** `npm run layers`: prints how many imports lead from each folder of `src/` to each other one, and fails on upward imports and circles. */
import { circlesIn, importsIn, layerOf, LAYERS } from '../tools/layers/index.mjs';

const imports = importsIn('src');
/** @type {Map<string, number>} */
const counts = new Map();
const upward = [];
for (const { from, to } of imports) {
  const [above, below] = [layerOf(from), layerOf(to)];
  if (above === below) continue;
  counts.set(`${above} -> ${below}`, (counts.get(`${above} -> ${below}`) ?? 0) + 1);
  if (LAYERS.indexOf(below) > LAYERS.indexOf(above)) upward.push(`${from} -> ${to}`);
}
for (const above of LAYERS) {
  const targets = LAYERS.map((below) => [below, counts.get(`${above} -> ${below}`) ?? 0]).filter(([, count]) => count);
  console.log(`${above}: ${targets.map(([below, count]) => `${below} ${count}`).join(', ') || 'nothing'}`);
}
const circles = circlesIn(imports);
console.log(`${upward.length} upward imports${upward.map((each) => `\n  ${each}`).join('')}`);
console.log(`${circles.length} circles${circles.map((circle) => `\n  ${circle.join(' ')}`).join('')}`);
process.exitCode = upward.length + circles.length > 0 ? 1 : 0;
