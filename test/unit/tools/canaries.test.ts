import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canary } from '../../support/canary';

describe('tools/canaries', () => {
  let folder: string;
  let findCanaries: (folder: string) => { files: number; bytes: number; found: string[] };
  let keepFolder: (from: string, to: string) => void;

  before(async () => {
    ({ findCanaries, keepFolder } = await import('../../../tools/test-runner/index.mjs'));
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('the search of the outputs for passwords finds one that was planted, in every form, and says where without repeating it', () => {
    const secret = canary('planted');
    const forms: Record<string, string | Buffer> = {
      'as written': `postgres://bob:${secret}@host/db`,
      'in lower case': secret.toLowerCase(),
      'percent-encoded': secret.replace('-', '%2D'),
      'as UTF-16': Buffer.from(secret, 'utf16le'),
      'in hexadecimal': Buffer.from(secret).toString('hex'),
    };
    for (const [form, text] of Object.entries(forms)) {
      writeFileSync(join(folder, 'a.log'), Buffer.concat([Buffer.from('one\ntwo\n'), Buffer.from(text)]));
      assert.deepEqual(findCanaries(folder).found, [`a.log, line 3: a password, ${form}`]);
    }
    for (const before of ['', 'x', 'xx', ':bob', '{"password": "']) {
      for (const after of ['', 'y', '"}'])
        writeFileSync(join(folder, 'a.log'), Buffer.from(before + secret + after).toString('base64'));
      assert.deepEqual(findCanaries(folder).found, ['a.log, line 1: a password, in base64'], before);
    }
  });

  it('the search of the outputs for passwords looks into every file, and counts them', () => {
    mkdirSync(join(folder, 'b', 'c'), { recursive: true });
    writeFileSync(join(folder, 'a.txt'), 'nothing');
    writeFileSync(join(folder, 'b', 'c', 'state.vscdb'), `\0\0${canary('deep')}`);
    assert.deepEqual(findCanaries(folder), {
      files: 2,
      bytes: 7 + 2 + canary('deep').length,
      found: ['b/c/state.vscdb, line 1: a password, as written'],
    });
  });

  it('the search of the outputs for passwords keeps logs and state, and neither programs nor .env', () => {
    const from = join(folder, 'from');
    mkdirSync(join(from, 'logs'), { recursive: true });
    mkdirSync(join(from, 'extensions'));
    for (const file of ['logs/Celery Tasks.log', '.env', 'extensions/x.js', 'settings.json'])
      writeFileSync(join(from, file), canary(file));
    keepFolder(from, join(folder, 'kept'));
    assert.deepEqual(findCanaries(join(folder, 'kept')).found.sort(), [
      'logs/Celery Tasks.log, line 1: a password, as written',
      'settings.json, line 1: a password, as written',
    ]);
    keepFolder(join(folder, 'missing'), join(folder, 'kept'));
  });
});
