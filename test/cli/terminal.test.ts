import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textWidth } from '../../src/base/textWidth';
import { MOST_LINES } from '../../src/report/terminal/shortForm';
import { canary } from '../support/canary';
import { runCommand } from '../support/commandLine';
import { TestDatabase } from '../support/database';
import { postgresSpy } from '../support/passwordSpies';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks } from '../support/taskTable';
import { CTRL_C, runInTerminal, screenOf, startInTerminal } from '../support/terminal';

/** Arguments are in the log, and not in the short form. */
const NOTE = 'note-of-an-argument';

const CLEAR = '\r\u001b[K';
const SGR = '\u001b[1m';

describePostgres('check-task-status in a terminal', (serverUrl) => {
  let database: TestDatabase;
  let folder: string;
  let environment: Record<string, string>;

  before(async () => {
    database = await TestDatabase.create(serverUrl);
    const role = await database.createRole();
    environment = { DATABASE_URL: database.urlAs(role) };
    await createTaskTable(database);
    await database.run(`grant select on task_manager_taskmanager to ${role}`);
    await insertTasks(
      database,
      Array.from({ length: 200 }, (_, index) => ({
        task_name: `日本語_${String(index)}`,
        arguments: `{"note": "${NOTE}"}`,
        hoursAgo: 950,
      })),
    );
  });
  after(() => database.drop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.assertNothingLeft();
  });

  /** The log without what the check cost, and at which hour. */
  const same = (log: string): string =>
    log
      .replaceAll('\r\n', '\n')
      .replace(/\nCost: .*\n/, '')
      .replace(/^Max Hours Stuck: .*$/gm, '');

  it('prints the short form, as wide as the terminal, and leaves no progress behind', async () => {
    for (const columns of [40, 80]) {
      const { code, output } = await runInTerminal([], columns, environment);
      assert.equal(code, 0, output);
      const screen = screenOf(output);
      assert.ok(screen.length <= MOST_LINES, output);
      for (const line of screen) assert.ok(textWidth(line) <= columns, line);
      assert.match(screen[0]!, /^200 tasks have been stuck/);
      assert.match(screen.slice(-3).join(' '), /--full/);
      assert.doesNotMatch(screen.join('\n'), /\[\d\/\d/);
      assert.ok(output.includes(`${CLEAR}[1/`), 'progress was shown');
      assert.ok(output.includes(SGR), 'in colors');
      assert.ok(!output.includes(NOTE), 'without arguments');
    }
  });

  it('uses no colors where NO_COLOR says so, and no control sequence at all where TERM is dumb', async () => {
    const { output } = await runInTerminal([], 80, { ...environment, NO_COLOR: '1' });
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(output, /\u001b\[[\d;]*m/);
    const dumb = await runInTerminal([], 80, { ...environment, TERM: 'dumb' });
    assert.ok(!dumb.output.includes('\u001b'), dumb.output);
    assert.match(dumb.output, /^\[1\/5 /m);
    const forced = await runInTerminal(['--quiet'], 80, { ...environment, TERM: 'dumb', FORCE_COLOR: '1' });
    assert.ok(forced.output.startsWith(SGR), forced.output);
  });

  it('prints the whole log with --full, and writes it to the log file in any case', async () => {
    const piped = await runCommand([], environment);
    const full = await runInTerminal(['--full', '--quiet'], 80, environment);
    assert.deepEqual(same(full.output).split('\n'), same(piped.stdout).split('\n'));
    const { output } = await runInTerminal(['--log-file', 'logs/check.log'], 80, environment, folder);
    assert.equal(same(readFileSync(join(folder, 'logs/check.log'), 'utf8')), same(piped.stdout));
    const screen = screenOf(output);
    assert.ok(screen.length <= MOST_LINES + 1, output);
    assert.equal(screen.at(-1), 'Log saved to: logs/check.log');
  });

  it('prints the same JSON as into a pipe', async () => {
    const { output } = await runInTerminal(['--format', 'json', '--quiet', '--limit', '0'], 80, environment);
    assert.equal((JSON.parse(output) as { taskTypes: object[] }).taskTypes.length, 200);
  });

  it('prints no progress with --quiet', async () => {
    assert.equal((await runCommand(['--quiet'], environment)).stderr, '');
    const { output } = await runInTerminal(['--quiet'], 80, environment);
    assert.ok(!output.includes(CLEAR), output);
  });

  it('takes its progress away on Ctrl+C, exits 130, and says that it was cancelled', async () => {
    await database.run(
      `create or replace view slow_here as select t.* from task_manager_taskmanager t, lateral (select pg_sleep(10) where t.id > 0) s`,
    );
    await database.run('grant select on slow_here to public');
    const started = startInTerminal(['--table', 'slow_here'], 80, environment);
    await database.untilRunning('from "public"."slow_here"');
    started.type(CTRL_C);
    const { code, output } = await started.finished;
    assert.equal(code, 130, output);
    assert.ok(output.endsWith(`${CLEAR}The check was cancelled.\r\n`), JSON.stringify(output.slice(-200)));
  });

  it('takes its progress away before it says what failed', async () => {
    const { code, output } = await runInTerminal(['--table', 'nowhere'], 80, environment);
    assert.equal(code, 3);
    const screen = screenOf(output);
    assert.equal(screen.length, 1, output);
    assert.match(screen[0]!, /^There is no table /);
  });

  it('finds the database in the .env of its folder, or in the file that is named', async () => {
    const url = environment.DATABASE_URL ?? '';
    writeFileSync(join(folder, '.env'), `DATABASE_URL=${url}\n`);
    const run = await runCommand(['--quiet'], {}, folder);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /^Read \.env: database [^ ]+\.\n$/);
    assert.match(run.stdout, /^Count: 1$/m);
    assert.ok(!run.stderr.includes(new URL(url).password));
    const explained = await runCommand(['--explain'], {}, folder);
    assert.deepEqual([explained.code, explained.stderr], [0, run.stderr]);
    writeFileSync(join(folder, '.env'), 'DATABASE_URL=postgres://u@127.0.0.1:1/db\n');
    writeFileSync(join(folder, 'other.env'), `DATABASE_URL=${url}\n`);
    const named = await runCommand(['--env-file', 'other.env', '--quiet'], {}, folder);
    assert.equal(named.code, 0, named.stderr);
    const missing = await runCommand(['--env-file', 'missing'], {}, folder);
    assert.deepEqual([missing.code, missing.stdout], [2, '']);
    assert.equal(missing.stderr, '--env-file missing cannot be read (there is no such file): check its name.\n');
  });

  it('gives a server that a .env names no password that was meant for another one', async () => {
    const password = canary('elsewhere');
    const spy = await postgresSpy();
    try {
      const address = `postgres://bob@127.0.0.1:${String(spy.port)}/db`;
      writeFileSync(join(folder, '.env'), `DATABASE_URL=${address}\n`);
      writeFileSync(join(folder, 'pgpass'), `*:*:*:*:${password}\n`, { mode: 0o600 });
      const secrets = { PGPASSWORD: password, PGPASSFILE: join(folder, 'pgpass') };
      const run = await runCommand(['--quiet'], secrets, folder);
      assert.equal(run.code, 3, run.stderr);
      assert.equal(spy.heard().includes(password), false, 'a file may name any server');
      // The person who types the same address vouches for it.
      await runCommand(['--quiet', '--database-url', address], secrets, folder);
      assert.equal(spy.heard().includes(password), true);
    } finally {
      await spy.close();
    }
  });
});
