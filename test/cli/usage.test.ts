import assert from 'node:assert/strict';
import { version } from '../../package.json';
import { runCommand, type Finished } from '../support/commandLine';
import { canary } from '../support/canary';
import { assertForPeople } from '../support/problems';

/** Failed before it printed a report: one line on stderr, nothing on stdout. */
function assertRefused(run: Finished, code: number): string {
  assert.equal(run.stdout, '');
  const lines = run.stderr.split('\n').filter((line) => !line.startsWith('[') && line !== '');
  assert.equal(lines.length, 1, run.stderr);
  assertForPeople(lines[0]!);
  assert.equal(run.code, code, run.stderr);
  return lines[0]!;
}

describe('check-task-status: usage', function () {
  this.timeout(15_000);

  it('prints help and version on stdout', async () => {
    const help = await runCommand(['--help']);
    assert.equal(help.code, 0);
    assert.ok(help.stdout.startsWith('Usage: check-task-status'));
    assert.equal(help.stderr, '');
    const shown = await runCommand(['--version']);
    assert.deepEqual([shown.code, shown.stdout, shown.stderr], [0, `${version}\n`, '']);
  });

  it('exits 2 with one line for wrong usage', async () => {
    const url = `postgres://bob:${canary('usage')}@127.0.0.1:1/db`;
    const cases: readonly [string[], RegExp][] = [
      [['--hours', 'many'], /--hours cannot be "many"/],
      [['--hours=-1'], /--hours cannot be "-1"/],
      [['--limit', '99999'], /--limit/],
      [['--format', 'xml'], /--format/],
      [['--table', 'a\nb'], /table name/],
      [['--table', url], /table name/],
      [['--nonsense'], /--nonsense/],
      [[url], /Unexpected argument/],
      [['--database-url', `mysql://bob:${canary('usage')}@host/db`], /--database-url isn't a PostgreSQL URL/],
    ];
    for (const [argv, pattern] of cases) {
      const message = assertRefused(await runCommand(argv, { DATABASE_URL: url }), 2);
      assert.match(message, pattern);
      assert.ok(!message.includes(canary('')));
    }
  });

  it('exits 2 when no database is named', async () => {
    assert.match(assertRefused(await runCommand([]), 2), /DATABASE_URL/);
  });

  it('exits 3 with one line, without the password, when PostgreSQL cannot be reached', async () => {
    for (const url of [
      `postgres://bob:${canary('usage')}@127.0.0.1:1/db`,
      `postgres://bob:${canary('usage')}@no-such-host.invalid/db`,
    ]) {
      const message = assertRefused(await runCommand([], { DATABASE_URL: url }), 3);
      assert.ok(!message.includes(canary('')));
      assert.match(message, /refused at 127\.0\.0\.1:1\.|no-such-host\.invalid/);
    }
  });

  it('prefers the flag to the environment', async () => {
    const environment = { DATABASE_URL: 'postgres://bob@127.0.0.1:2/shop' };
    const run = await runCommand(['--database-url', 'postgres://bob@127.0.0.1:1/shop'], environment);
    assert.match(assertRefused(run, 3), /refused at 127\.0\.0\.1:1\./);
  });
});
