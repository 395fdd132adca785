import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps what the product put out, where the run looks for passwords at its end (scripts/lib/outputs.mjs). Nothing without such a run.
 * @param kind begins the file's name
 */
export function keepOutput(kind: string, ...texts: readonly string[]): void {
  const folder = process.env.TEST_OUTPUTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, `${kind}-${String(process.pid)}.txt`), `${texts.join('\n')}\n`);
}
