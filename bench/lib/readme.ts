/** Keeps what was measured last, and puts it into bench/README.md. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { details, places, targetTable, type Kept } from './table';
import { TARGETS } from '../targets';

const README = join('bench', 'README.md');
const RESULTS = join('bench', 'results.json');
const PARTS = /(<!-- table: by npm run bench -->\n)[\s\S]*(<!-- end of the table -->)/;

/**
 * Measurements at the sizes of the targets replace those of earlier runs; the others stay as they are.
 * @returns how many were written
 * @throws Error where the README has lost its marks
 */
export function writeReadme(measured: readonly Kept[]): number {
  const news = measured.filter(({ atTarget, key }) => atTarget && TARGETS.some((target) => target.key === key));
  const before = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Kept[]) : [];
  const latest = new Map([...before, ...news].map((each) => [each.key, each]));
  const kept = TARGETS.map(({ key }) => latest.get(key)).filter((each) => each !== undefined);
  const text = readFileSync(README, 'utf8');
  if (!PARTS.test(text)) throw new Error(`${README} has lost the marks between which the table stands.`);
  const explained = kept.length > 0 ? [places(kept), '', '### What the time goes to', '', details(kept)] : [];
  const body = [targetTable(kept), '', ...explained];
  writeFileSync(RESULTS, `${JSON.stringify(kept, undefined, 2)}\n`);
  writeFileSync(
    README,
    text.replace(PARTS, (_, begin: string, end: string) => `${begin}\n${body.join('\n')}\n${end}`),
  );
  return news.length;
}
