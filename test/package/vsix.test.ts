import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

const VSIX = 'celery-task-diagnostics.vsix';
const LIMIT = 800 * 1000;

/** Exactly what ships; a new file is added here on purpose or not at all. */
const CONTENT = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/THIRD_PARTY_NOTICES.txt',
  'extension/dist/amqplib.js',
  'extension/dist/check-task-status.js',
  'extension/dist/core.js',
  'extension/dist/extension.js',
  'extension/dist/ioredis.js',
  'extension/dist/pg.js',
  'extension/dist/report.css',
  'extension/dist/report.js',
  'extension/dist/reportFile.css',
  'extension/dist/reportFile.js',
  'extension/dist/sample-diagnosis.json.br',
  'extension/media/celery-tasks.svg',
  'extension/media/icon.png',
  'extension/media/walkthrough/check.svg',
  'extension/media/walkthrough/connect.svg',
  'extension/media/walkthrough/read.svg',
  'extension/media/walkthrough/sample.svg',
  'extension/media/walkthrough/save.svg',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
  'extension/schemas/diagnosis.schema.json',
  'extension/schemas/effects.schema.json',
  'extension/schemas/task.schema.json',
  'extension/syntaxes/celery-task-log.tmLanguage.json',
];

/** The names in a zip's central directory (PKZIP application note 4.3.12). */
function zipNames(file: string): string[] {
  const bytes = readFileSync(file);
  const names: string[] = [];
  for (let at = bytes.indexOf('PK\u0001\u0002'); at >= 0; at = bytes.indexOf('PK\u0001\u0002', at + 46)) {
    names.push(bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28)));
  }
  return names.sort();
}

describe('the packaged VSIX', () => {
  it('holds exactly the files that are meant to ship', () => {
    assert.deepEqual(zipNames(VSIX), CONTENT);
  });

  it(`is smaller than ${String(LIMIT / 1000)} kB`, () => {
    const { size } = statSync(VSIX);
    console.log(`      VSIX: ${(size / 1000).toFixed(0)} kB`);
    assert.ok(size < LIMIT, String(size));
  });

  it('names no path of the machine that built it', () => {
    for (const file of [
      'dist/core.js',
      'dist/extension.js',
      'dist/check-task-status.js',
      'dist/pg.js',
      'dist/ioredis.js',
      'dist/amqplib.js',
      'dist/report.js',
      'dist/reportFile.js',
    ]) {
      assert.equal(readFileSync(file, 'utf8').includes(process.cwd()), false, file);
    }
  });

  it('has a command line that runs by itself', () => {
    const output = execFileSync(process.execPath, ['dist/check-task-status.js', '--version'], { encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.equal(output, `${version}\n`);
  });
});
