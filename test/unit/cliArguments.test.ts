import assert from 'node:assert/strict';
import { HELP, readArguments, type CliOptions } from '../../src/cli/arguments';
import { problemOf } from '../support/problems';

const DATABASE = { DATABASE_URL: 'postgres://env@host/db' };

function options(argv: readonly string[], environment: Record<string, string | undefined> = DATABASE): CliOptions {
  const command = readArguments(argv, environment);
  assert.equal(command.kind, 'check');
  return (command as { options: CliOptions }).options;
}

describe('the command line', () => {
  it("has the seed's defaults", () => {
    assert.deepEqual(options([]), {
      databaseUrl: 'postgres://env@host/db',
      databaseLabel: 'DATABASE_URL',
      hours: 906,
      limit: 5,
      statuses: ['SCHEDULED'],
      table: 'task_manager_taskmanager',
      logFile: undefined,
      format: 'text',
      exitCode: false,
      notYet: [],
    });
  });

  it('takes every flag of the contract, with = and without', () => {
    const argv =
      '--database-url=postgres://flag@host/db --redis-url redis://r --broker-url redis://b --result-backend redis://c --hours 24 --limit=10 --status scheduled,PENDING --status paused --check-execution --ask-workers --log-file logs/a.log --format json --table app.tasks --effects rules.json --exit-code';
    assert.deepEqual(options(argv.split(' ')), {
      databaseUrl: 'postgres://flag@host/db',
      databaseLabel: '--database-url',
      hours: 24,
      limit: 10,
      statuses: ['SCHEDULED', 'PENDING', 'PAUSED'],
      table: 'app.tasks',
      logFile: 'logs/a.log',
      format: 'json',
      exitCode: true,
      notYet: ['--check-execution', '--ask-workers', '--effects'],
    });
  });

  it('prefers the flag to the environment, and takes an empty one for none', () => {
    assert.equal(options(['--database-url', 'postgres://flag@host/db']).databaseLabel, '--database-url');
    assert.equal(options(['--database-url=']).databaseUrl, 'postgres://env@host/db');
  });

  it('says in one line what is wrong', async () => {
    const cases: readonly [string[], RegExp][] = [
      [['--hours', 'many'], /--hours cannot be "many"/],
      [['--hours'], /--hours/],
      [['--hours', '-5'], /--hours/],
      [['--limit', '1.5'], /--limit cannot be "1\.5"/],
      [['--status', ','], /--status/],
      [['--format', 'xml'], /--format cannot be "xml": choose text or json/],
      [['--table', 'a b'], /table name "a b"/],
      [['--log-file='], /--log-file/],
      [['--nonsense'], /--nonsense/],
      [['check'], /'check'/],
      [['--exit-code=yes'], /--exit-code/],
    ];
    for (const [argv, pattern] of cases) {
      const problem = await problemOf(() => readArguments(argv, DATABASE), 'invalid');
      assert.match(problem.message, pattern);
    }
  });

  it('asks for a database when none is named', async () => {
    for (const environment of [{}, { DATABASE_URL: '' }]) {
      const problem = await problemOf(() => readArguments([], environment), 'invalid');
      assert.match(problem.message, /--database-url .* DATABASE_URL/);
    }
  });

  it('shows no password of a value in the wrong place', async () => {
    const url = `postgres://bob:${'hunter2/'.repeat(15)}@host/db`;
    for (const argv of [
      ['--format', url],
      ['--hours', url],
      ['--table', url],
      ['--status', url],
      [url],
      ['--nonsense', url],
      [`--${url}`],
    ]) {
      const problem = await problemOf(() => readArguments(argv, DATABASE), 'invalid');
      assert.doesNotMatch(problem.message, /hunter2/, argv.join(' '));
    }
  });

  it('gives help and version before it looks at anything else', () => {
    assert.deepEqual(readArguments(['--help', '--hours', 'x'], {}), { kind: 'help' });
    assert.deepEqual(readArguments(['-h'], {}), { kind: 'help' });
    assert.deepEqual(readArguments(['--version'], {}), { kind: 'version' });
  });

  it('names every flag in its help', () => {
    const flags = [
      'database-url',
      'redis-url',
      'broker-url',
      'result-backend',
      'hours',
      'limit',
      'status',
      'check-execution',
      'ask-workers',
      'log-file',
      'format',
      'table',
      'effects',
      'exit-code',
      'help',
      'version',
    ];
    for (const flag of flags) assert.ok(HELP.includes(`--${flag}`), flag);
    assert.ok(HELP.split('\n').every((line) => line.length <= 120));
  });
});
