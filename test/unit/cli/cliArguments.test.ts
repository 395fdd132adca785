import assert from 'node:assert/strict';
import { readArguments, type CliOptions, type VerificationFlags } from '../../../src/cli/arguments';
import { FLAG_NAMES } from '../../../src/cli/flags';
import { HELP, RULES_HELP } from '../../../src/cli/help';
import { DEFAULT_MASKED_KEYS } from '../../../src/base/jsonText';
import { DEFAULT_MAX_QUEUE_SCAN } from '../../../src/model/parameters';
import { Problem } from '../../../src/base/problem';
import { problemOf } from '../../support/problems';
import { redisTarget } from '../../support/celeryTargets';

const DATABASE = { DATABASE_URL: 'postgres://env@host/db' };

function options(argv: readonly string[], environment: Record<string, string | undefined> = DATABASE): CliOptions {
  const command = readArguments(argv, environment);
  assert.equal(command.kind, 'check');
  return (command as { options: CliOptions }).options;
}

describe('cli/cliArguments', () => {
  it('the command line has the defaults of the Django command before it', () => {
    assert.deepEqual(options([]), {
      database: { host: 'host', port: 5432, database: 'db', user: 'env', sslMode: 'prefer' },
      hours: 906,
      limit: 5,
      statuses: ['SCHEDULED'],
      table: 'task_manager_taskmanager',
      maskedKeys: DEFAULT_MASKED_KEYS,
      logFile: undefined,
      format: 'text',
      full: false,
      quiet: false,
      exitCode: false,
      statementTimeoutMs: 300_000,
      notes: [],
    });
  });

  it('the command line takes every flag of the contract, with = and without', () => {
    const argv =
      '--database-url=postgres://flag@host/db --redis-url redis://r --broker-url redis://b --result-backend redis://c --hours 24 --limit=10 --status scheduled,PENDING --status paused --check-execution --ask-workers --log-file logs/a.log --format json --table app.tasks --effects rules.json --max-queue-scan 500 --verify-at-most 5000 --masked-arguments user_id,token --exit-code --statement-timeout 60.5 --full --quiet';
    assert.deepEqual(options(argv.split(' ')), {
      database: { host: 'host', port: 5432, database: 'db', user: 'flag', sslMode: 'prefer' },
      hours: 24,
      limit: 10,
      statuses: ['SCHEDULED', 'PENDING', 'PAUSED'],
      table: 'app.tasks',
      maskedKeys: ['user_id', 'token'],
      logFile: 'logs/a.log',
      format: 'json',
      full: true,
      quiet: true,
      exitCode: true,
      statementTimeoutMs: 60_500,
      verification: {
        askWorkers: true,
        maxQueueScan: 500,
        verifyAtMost: 5000,
        effectsFile: 'rules.json',
        servers: {
          broker: { host: 'b', port: 6379, db: 0 },
          results: { host: 'c', port: 6379, db: 0 },
        },
      },
      notes: [],
    });
  });

  it('the command line explains instead of checking where that is asked', () => {
    const mode = (...argv: string[]): string => {
      const command = readArguments(argv, DATABASE);
      return command.kind === 'explain' ? command.mode : command.kind;
    };
    assert.deepEqual([mode(), mode('--explain'), mode('--explain', 'analyze')], ['check', 'plan', 'analyze']);
    assert.deepEqual([mode('--explain=analyze'), mode('--explain=plan')], ['analyze', 'plan']);
    assert.deepEqual([mode('--explain', '--hours', '24'), mode('--hours', '24', '--explain')], ['plan', 'plan']);
    for (const argv of [['--explain=all'], ['--explain', 'all'], ['analyze']])
      assert.throws(() => mode(...argv), Problem, argv.join(' '));
  });

  it('the command line refuses a statement timeout that is no number of seconds from one to a day', () => {
    for (const value of ['0', '0.9', '86401', '-1', 'x', '1m'])
      assert.throws(() => options([`--statement-timeout=${value}`]), /--statement-timeout cannot be/, value);
  });

  it('the command line prefers the flag to the environment, and takes an empty one for none', () => {
    assert.equal(options(['--database-url', 'postgres://flag@host/db']).database.user, 'flag');
    assert.equal(options(['--database-url=']).database.user, 'env');
    const variables = { PGHOST: 'pg.example.com', PGUSER: 'pg', PGDATABASE: 'shop', PGPASSWORD: 'hunter2' };
    assert.equal(options([], { ...DATABASE, ...variables }).database.user, 'env', 'DATABASE_URL first');
    assert.deepEqual(options([], variables).database, {
      host: 'pg.example.com',
      port: 5432,
      database: 'shop',
      user: 'pg',
      password: 'hunter2',
      sslMode: 'prefer',
    });
  });

  it('the command line says in one line what is wrong', async () => {
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
      [['--broker-url', 'localhost:6379'], /--broker-url isn't a Redis URL/],
      [['--result-backend', 'redis://host/x'], /--result-backend names the database "x"/],
      [['--redis-url', 'http://host'], /--redis-url is an http:\/\/ address/],
      [['--max-queue-scan', '0'], /--max-queue-scan cannot be "0"/],
      [['--max-queue-scan', '1.5'], /--max-queue-scan cannot be "1\.5"/],
      [['--verify-at-most', '10'], /--verify-at-most cannot be "10"/],
      [['--effects='], /--effects has no path/],
    ];
    for (const [argv, pattern] of cases) {
      const problem = await problemOf(() => readArguments(argv, DATABASE), 'invalid');
      assert.match(problem.message, pattern);
    }
  });

  it('the command line asks for a database when none is named', async () => {
    for (const environment of [{}, { DATABASE_URL: '' }]) {
      const problem = await problemOf(() => readArguments([], environment), 'invalid');
      assert.match(problem.message, /--database-url .* DATABASE_URL/);
    }
  });

  it('the command line shows no password of a value in the wrong place', async () => {
    const url = `postgres://bob:${'hunter2/'.repeat(15)}@host/db`;
    for (const argv of [
      ['--format', url],
      ['--hours', url],
      ['--table', url],
      ['--status', url],
      [url],
      ['--nonsense', url],
      [`--${url}`],
      ['--broker-url', url],
      ['--max-queue-scan', url],
    ]) {
      const problem = await problemOf(() => readArguments(argv, DATABASE), 'invalid');
      assert.doesNotMatch(problem.message, /hunter2/, argv.join(' '));
    }
  });

  it('the command line gives help and version before it looks at anything else', () => {
    assert.deepEqual(readArguments(['--help', '--hours', 'x'], {}), { kind: 'help', of: 'check' });
    assert.deepEqual(readArguments(['-h'], {}), { kind: 'help', of: 'check' });
    assert.deepEqual(readArguments(['--version'], {}), { kind: 'version' });
  });

  it('the command line names every flag in its help', () => {
    const all: readonly string[] = FLAG_NAMES;
    for (const flag of all) assert.ok(`${HELP}${RULES_HELP}`.includes(`--${flag}`), flag);
    for (const help of [HELP, RULES_HELP]) {
      const named = [...help.matchAll(/--([a-z-]+)/g)].map(([, name = '']) => name);
      for (const name of named) assert.ok(all.includes(name), name);
      for (const line of help.split('\n')) assert.ok(line.length <= 80, line);
    }
  });

  it('each help ends with four examples that the command understands', () => {
    for (const [help, kinds] of [
      [HELP, /^(check|task)$/],
      [RULES_HELP, /^rules (test|draft)$/],
    ] as const) {
      const examples = help.slice(help.indexOf('Examples\n')).trimEnd().split('\n').slice(1);
      assert.equal(examples.length, 4);
      for (const example of examples) {
        const [, words = ''] = /^ {2}check-task-status (.*?)(?: [|>].*)?$/.exec(example) ?? [];
        assert.match(readArguments(words.split(' '), DATABASE).kind, kinds, example);
      }
    }
  });

  it('rules test and rules draft are checks with verification, of the types that are named', () => {
    const test = readArguments(
      'rules test --effects mine.json --type shop.tasks.send --type a.b --hours 3 --format json'.split(' '),
      DATABASE,
    );
    assert.ok(test.kind === 'rules test');
    assert.deepEqual(test.types, ['shop.tasks.send', 'a.b']);
    assert.deepEqual(
      [test.options.hours, test.options.format, test.options.verification.effectsFile],
      [3, 'json', 'mine.json'],
    );
    const draft = readArguments('--quiet rules draft --workspace . --write x.json'.split(' '), DATABASE);
    assert.ok(draft.kind === 'rules draft');
    assert.deepEqual([draft.types, draft.workspace, draft.write, draft.options.quiet], [[], '.', 'x.json', true]);
    assert.deepEqual(readArguments(['rules'], {}), { kind: 'help', of: 'rules' });
    assert.deepEqual(readArguments(['rules', 'test', '--help'], {}), { kind: 'help', of: 'rules' });
    assert.deepEqual(readArguments(['rules', '--version'], {}), { kind: 'version' });
  });

  it('refuses words and flags that a command does not have, and names those that were probably meant', async () => {
    const cases: readonly [string, RegExp][] = [
      ['rule test', /^Unexpected argument 'rule' \(did you mean rules\?\): see check-task-status --help\.$/],
      ['rules tets', /^check-task-status rules has no command tets \(did you mean test\?\): choose test or draft\.$/],
      ['rules test it', /^Unexpected argument 'it': see check-task-status rules --help\.$/],
      ['rules test --workspace .', /^check-task-status rules test has no --workspace: see/],
      ['rules draft --workspace . --limit 3', /^check-task-status rules draft has no --limit: see/],
      ['--type a.b', /^--type is a flag of check-task-status rules: see check-task-status rules --help\.$/],
      ['rules draft', /name its folder with --workspace DIR\.$/],
      ['rules draft --workspace . --write=', /^--write has no path/],
      ['rules test --type send', /^--type cannot be "send": write module\.name/],
      ['rules test --tpye a.b', /^Unknown flag --tpye \(did you mean --type\?\)/],
    ];
    for (const [words, expected] of cases) {
      const problem = await problemOf(() => readArguments(words.split(' '), DATABASE), 'invalid');
      assert.match(problem.message, expected);
    }
  });

  it('the command line names the flag or the word that was probably meant', async () => {
    const cases: readonly [string[], string][] = [
      [['--hors', '5'], 'Unknown flag --hors (did you mean --hours?): see check-task-status --help.'],
      [['--Hours=5'], 'Unknown flag --Hours (did you mean --hours?): see check-task-status --help.'],
      [
        ['--chek-execution'],
        'Unknown flag --chek-execution (did you mean --check-execution?): see check-task-status --help.',
      ],
      [['--verify'], 'Unknown flag --verify (did you mean --verify-at-most?): see check-task-status --help.'],
      [['--nonsense'], 'Unknown flag --nonsense: see check-task-status --help.'],
      [['-x'], 'Unknown flag -x: see check-task-status --help.'],
      [['--format', 'jsno'], '--format cannot be "jsno" (did you mean json?): choose text or json.'],
      [['--explain=analyse'], '--explain cannot be "analyse" (did you mean analyze?): choose plan or analyze.'],
    ];
    for (const [argv, message] of cases)
      assert.equal((await problemOf(() => readArguments(argv, DATABASE), 'invalid')).message, message);
  });
});

describe('cli/cliArguments', () => {
  const on = (argv: readonly string[], environment: object = {}): VerificationFlags => {
    const { verification } = options(['--check-execution', ...argv], { ...DATABASE, ...environment });
    assert.ok(verification);
    return verification;
  };
  const where = ({ servers: { broker, results } }: VerificationFlags): Record<string, string> =>
    Object.fromEntries(
      Object.entries({ ...(broker ? { broker } : {}), ...(results ? { results } : {}) }).map(([role, found]) => [
        role,
        found instanceof Problem ? found.message : redisTarget(found).host,
      ]),
    );

  it('the command line, of verification contacts nothing without --check-execution, whatever else is named', () => {
    const variables = { REDIS_URL: 'redis://r', CELERY_BROKER_URL: 'nonsense', CELERY_RESULT_BACKEND: 'nonsense' };
    assert.equal(options(['--redis-url', 'redis://r'], { ...DATABASE, ...variables }).verification, undefined);
    assert.deepEqual(options(['--ask-workers', '--effects', 'a.json', '--max-queue-scan=5']).notes, [
      '--ask-workers does nothing without --check-execution.',
      '--effects does nothing without --check-execution.',
      '--max-queue-scan does nothing without --check-execution.',
    ]);
  });

  it('the command line, of verification takes for each role its own flag, the common flag, its own variable, the common variable', () => {
    const variables = { REDIS_URL: 'redis://vr', CELERY_BROKER_URL: 'redis://vb', CELERY_RESULT_BACKEND: 'redis://vc' };
    const flags = ['--redis-url=redis://fr', '--broker-url=redis://fb', '--result-backend=redis://fc'];
    assert.deepEqual(where(on(flags, variables)), { broker: 'fb', results: 'fc' });
    assert.deepEqual(where(on(flags.slice(0, 2), variables)), { broker: 'fb', results: 'fr' });
    assert.deepEqual(where(on(flags.slice(0, 1), variables)), { broker: 'fr', results: 'fr' });
    assert.deepEqual(where(on(flags.slice(1, 2), variables)), { broker: 'fb', results: 'vc' });
    assert.deepEqual(where(on([], variables)), { broker: 'vb', results: 'vc' });
    assert.deepEqual(where(on([], { ...variables, CELERY_BROKER_URL: ' ' })), { broker: 'vr', results: 'vc' });
    assert.deepEqual(where(on(['--redis-url='], { REDIS_URL: 'redis://vr' })), { broker: 'vr', results: 'vr' });
    assert.deepEqual(where(on([])), {});
  });

  it('the command line, of verification names a server that cannot be read as a source, by the flag or variable that named it', () => {
    const { broker = '', results } = where(
      on(['--broker-url', 'kafka://bob:hunter2@kafka'], { REDIS_URL: 'redis://r' }),
    );
    assert.match(broker, /^--broker-url is kafka, which isn't supported/);
    assert.doesNotMatch(broker, /hunter2/);
    assert.equal(results, 'r');
    const variables = { CELERY_BROKER_URL: 'nonsense', CELERY_RESULT_BACKEND: 'django-db' };
    assert.deepEqual(Object.keys(where(on([], variables))), ['broker'], 'results in PostgreSQL are no problem');
    assert.match(where(on([], variables)).broker ?? '', /^CELERY_BROKER_URL isn't a Redis URL/);
  });

  it('the command line, of verification says so when the database is of a flag and the broker of a variable', () => {
    const notes = (argv: readonly string[]): readonly string[] =>
      options(['--check-execution', ...argv], { ...DATABASE, REDIS_URL: 'redis://r' }).notes;
    const flag = ['--database-url', 'postgres://u@production/db'];
    assert.deepEqual(notes(flag), [
      'The broker is that of REDIS_URL: give --broker-url if this database has another one.',
    ]);
    assert.deepEqual(notes([...flag, '--broker-url', 'redis://b']), []);
    assert.deepEqual(notes([]), []);
  });

  it("the command line, of verification has the limit of the editor's settings", () => {
    assert.equal(on([]).maxQueueScan, DEFAULT_MAX_QUEUE_SCAN);
    assert.equal(on(['--max-queue-scan', '7']).maxQueueScan, 7);
  });
});
