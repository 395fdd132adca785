import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The inputs that people have reported, one of `test/fixtures/reported/*.jsonl`. */
export function reportedCases(name: string): unknown[] {
  const text = readFileSync(join('test', 'fixtures', 'reported', `${name}.jsonl`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}
