import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps what the product put out, where the run looks for passwords at its end (tools/test-runner/outputs.mjs). Nothing without such a run.
 * @param kind begins the file's name
 */
export function keepOutput(kind: string, ...texts: readonly string[]): void {
  const folder = process.env.TEST_OUTPUTS;
  if (folder === undefined) return;
  if (kept.size === 0)
    process.once('exit', () => {
      write(folder);
    });
  const before = kept.get(kind) ?? [];
  before.push(...texts);
  kept.set(kind, before);
}

/** Until the end: some tests run as a user who may not write there. */
const kept = new Map<string, string[]>();

function write(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [kind, texts] of kept)
    appendFileSync(join(folder, `${kind}-${String(process.pid)}.txt`), `${texts.join('\n')}\n`);
}
