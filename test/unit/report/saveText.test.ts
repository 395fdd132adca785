import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { saveText } from '../../../src/report/saveText';
import { problemOf } from '../../support/problems';

describe('report/saveText', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'save-text-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('saving a text file makes missing folders', async () => {
    const path = join(folder, 'a', 'b c', 'ü.log');
    await saveText(path, 'one\n', '--log-file');
    assert.equal(readFileSync(path, 'utf8'), 'one\n');
    assert.deepEqual(readdirSync(join(folder, 'a', 'b c')), ['ü.log']);
  });

  it('saving a text file replaces a file and keeps its permissions, whatever the umask is', async () => {
    const path = join(folder, 'a.log');
    for (const mode of [0o600, 0o644, 0o666, 0o640]) {
      writeFileSync(path, 'old and longer than the new one');
      chmodSync(path, mode);
      await saveText(path, 'new', '--log-file');
      assert.equal(readFileSync(path, 'utf8'), 'new');
      assert.equal((statSync(path).mode & 0o777).toString(8), mode.toString(8));
    }
    assert.deepEqual(readdirSync(folder), ['a.log']);
  });

  it('saving a text file follows a symbolic link, also one whose file is not there yet', async () => {
    const target = join(folder, 'real.log');
    const link = join(folder, 'link.log');
    symlinkSync('real.log', link);
    for (const text of ['first', 'second']) {
      await saveText(link, text, '--log-file');
      assert.equal(readlinkSync(link), 'real.log');
      assert.equal(readFileSync(target, 'utf8'), text);
    }
  });

  it('saving a text file never shows a half-written file', async function () {
    this.timeout(20_000);
    const path = join(folder, 'a.log');
    const texts = ['x'.repeat(2_000_000), 'y'.repeat(2_000_000)];
    await saveText(path, texts[0]!, '--log-file');
    const stop = new AbortController();
    const reader = (async () => {
      while (!stop.signal.aborted) {
        assert.ok(texts.includes(readFileSync(path, 'utf8')), 'a mixture');
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let round = 0; round < 6; round++) await saveText(path, texts[round % 2]!, '--log-file');
    stop.abort();
    await reader;
  });

  it('saving a text file gives two writers at once one whole text', async () => {
    const path = join(folder, 'new', 'a.log');
    await Promise.all(['one', 'two', 'three'].map((text) => saveText(path, text, '--log-file')));
    assert.ok(['one', 'two', 'three'].includes(readFileSync(path, 'utf8')));
    assert.deepEqual(readdirSync(join(folder, 'new')), ['a.log']);
  });

  it('saving a text file says in one sentence why it cannot, and leaves nothing behind', async () => {
    writeFileSync(join(folder, 'file'), 'old');
    mkdirSync(join(folder, 'folder'));
    symlinkSync('loop', join(folder, 'loop'));
    const before = readdirSync(folder);
    const cases: readonly [string, RegExp][] = [
      [join(folder, 'file', 'a.log'), /a part of the path is a file/],
      [join(folder, 'file', 'b', 'a.log'), /a part of the path is a file/],
      [join(folder, 'folder'), /it is a folder/],
      [join(folder, 'x'.repeat(300)), /the name is too long/],
      [join(folder, 'loop'), /a link that leads to itself/],
      ['/proc/nowhere/a.log', /folder cannot be made|no permission/],
    ];
    for (const [path, reason] of cases) {
      const problem = await problemOf(() => saveText(path, 'text', '--log-file'), 'invalid');
      assert.ok(problem.message.startsWith('--log-file: '), problem.message);
      assert.match(problem.message, reason);
    }
    assert.deepEqual(readdirSync(folder), before);
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'old');
  });

  it('saving a text file takes a file name of the greatest length', async () => {
    const path = join(folder, `${'x'.repeat(251)}.log`);
    await saveText(path, 'text', '--log-file');
    assert.equal(readFileSync(path, 'utf8'), 'text');
  });

  it('saving a text file does not put a file in the place of a pipe (or device)', async () => {
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    await problemOf(() => saveText(pipe, 'text', '--log-file'), 'invalid');
    assert.ok(lstatSync(pipe).isFIFO());
  });

  it('saving a text file takes its temporary file away when the last step fails', async function () {
    // A folder like /tmp, in which a user may make files but not replace those of others.
    if (process.geteuid?.() !== 0) this.skip();
    const path = join(folder, 'sticky', 'a.log');
    mkdirSync(join(folder, 'sticky'));
    writeFileSync(path, 'old');
    chmodSync(join(folder, 'sticky'), 0o1777);
    chmodSync(folder, 0o755);
    process.seteuid?.(65534);
    try {
      await problemOf(() => saveText(path, 'new', '--log-file'), 'invalid');
    } finally {
      process.seteuid?.(0);
    }
    assert.deepEqual(readdirSync(join(folder, 'sticky')), ['a.log']);
    assert.equal(readFileSync(path, 'utf8'), 'old');
  });

  it('saving a text file leaves the old file whole when the folder may not be written', async function () {
    const path = join(folder, 'locked', 'a.log');
    mkdirSync(join(folder, 'locked'));
    writeFileSync(path, 'old');
    chmodSync(join(folder, 'locked'), 0o555);
    chmodSync(folder, 0o755);
    // Root may write anywhere: there the effective user steps down for the attempt.
    const isRoot = process.geteuid?.() === 0;
    if (process.platform === 'win32') this.skip();
    if (isRoot) process.seteuid?.(65534);
    try {
      const problem = await problemOf(() => saveText(path, 'new', '--log-file'), 'invalid');
      assert.match(problem.message, /no permission/);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    assert.equal(readFileSync(path, 'utf8'), 'old');
    assert.deepEqual(readdirSync(join(folder, 'locked')), ['a.log']);
    assert.ok(existsSync(path));
  });
});
