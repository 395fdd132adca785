import { readFileSync, statSync } from 'node:fs';
import type { Bench } from '../lib/context';

const FILE = 'celery-task-diagnostics.vsix';

/** What is downloaded, file by file. */
export const vsix: Bench = {
  name: 'vsix',
  run: async () => {
    const { run } = await import('../../tools/machine/index.mjs');
    if ((await run('npm', ['run', '--silent', 'package:only'])) !== 0)
      throw new Error('vsce package failed; see above.');
    const bytes = statSync(FILE).size;
    const files = compressedFiles(FILE).sort((a, b) => b.bytes - a.bytes);
    return [
      {
        key: 'vsix',
        what: 'the packaged VSIX',
        ours: `${(bytes / 1000).toFixed(0)} kB`,
        value: bytes / 1000,
        atTarget: true,
        details: [
          `compressed: ${files.map((file) => `${file.name.replace('extension/', '')} ${(file.bytes / 1000).toFixed(1)} kB`).join(', ')}`,
        ],
      },
    ];
  },
};

/** From a zip's central directory (PKZIP application note 4.3.12). */
function compressedFiles(file: string): { name: string; bytes: number }[] {
  const zip = readFileSync(file);
  const found: { name: string; bytes: number }[] = [];
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 46)) {
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
    found.push({ name, bytes: zip.readUInt32LE(at + 20) });
  }
  return found;
}
