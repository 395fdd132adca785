import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs still running whose command line names this folder. */
function leftRunning(folder: string): string[] {
  const list = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return list.split('\n').filter((line) => line.includes(folder));
}

describe('npm start', function () {
  this.timeout(300_000);
  let stateDir = '';

  before(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'celery-demo-'));
  });
  after(() => {
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('--once checks the incident in a real VS Code, prints the diagnostic log and ends with 0', () => {
    const { status, stdout, stderr } = spawnSync(
      'npm',
      ['start', '--silent', '--', '--once', '--state-dir', stateDir],
      {
        encoding: 'utf8',
        maxBuffer: 1e8,
      },
    );
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /^Analyzing tasks stuck for more than 906 hours:\n={80}\n\nSummary:\n(?: {2}.+\n)+\nTask: task_manager\.django\.tasks\.execute_signal\nCount: 66597\nMax Hours Stuck: 906\.\d\d\n/,
    );
    assert.match(stdout, /\nRecommendations:\n={80}\n\nNow:\n1\. /);
    assert.equal(readFileSync(join(stateDir, 'once.log'), 'utf8'), stdout);
    assert.deepEqual(leftRunning(stateDir), []);
  });

  it('says in a line how it is used, and which flag it does not know', () => {
    const start = (flag: string) => spawnSync(process.execPath, ['scripts/start.mjs', flag], { encoding: 'utf8' });
    const help = start('--help');
    assert.deepEqual([help.status, help.stderr], [0, '']);
    assert.match(help.stdout, /^Usage: npm start \[-- FLAGS\]\n/);
    for (const flag of ['--once', '--broker', '--rows', '--server', '--state-dir'])
      assert.ok(help.stdout.includes(flag), flag);
    for (const flag of ['--wat', '--broker=kafka', '--rows=many', 'word']) {
      const { status, stdout, stderr } = start(flag);
      assert.deepEqual([status, stdout], [2, ''], flag);
      assert.match(stderr, /^\[\+0\.\ds\] .*: see npm start -- --help\.\n$/, flag);
    }
  });

  it('leaves nothing running after Ctrl-C', async () => {
    const child = spawn(process.execPath, ['scripts/start.mjs', '--once', '--state-dir', stateDir], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('rows in')) resolve();
      });
    });
    assert.notDeepEqual(leftRunning(stateDir), []);
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.kill('SIGINT');
    assert.equal(await closed, 130);
    assert.deepEqual(leftRunning(stateDir), []);
  });
});
