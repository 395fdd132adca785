import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canary } from '../support/canary';
import { runCommand, startCommand } from '../support/commandLine';
import { TestDatabase } from '../support/database';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks } from '../support/taskTable';
import { quickest } from '../support/quickest';

describePostgres('check-task-status', (serverUrl) => {
  let database: TestDatabase;
  let folder: string;
  let environment: Record<string, string>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'command-'));
    database = await TestDatabase.create(serverUrl);
    const role = await database.createRole();
    environment = { DATABASE_URL: database.urlAs(role) };
    await createTaskTable(database);
    await database.run(`grant select on task_manager_taskmanager to ${role}`);
    await createTaskTable(database, { name: 'masked' });
    await database.run('grant select on masked to public');
    await insertTasks(database, [{ arguments: '{"id": 5, "token": "of-7"}' }], 'masked');
    await insertTasks(database, [
      { task_name: 'send', arguments: `{"id": 12345678901234567890, "token": "${canary('token')}"}`, hoursAgo: 950 },
      { task_name: 'send', arguments: 'null', hoursAgo: 940 },
      { task_name: 'odd\n\u001b[31mname', hoursAgo: 930 },
      { task_name: 'recent', hoursAgo: 5 },
      { status: 'PENDING', hoursAgo: 910 },
      { status: 'DONE', hoursAgo: 910 },
    ]);
  });
  after(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => database.assertNothingLeft());

  it('takes the variables of libpq where no URL is named', async () => {
    const { hostname, port, username, password, pathname } = new URL(environment.DATABASE_URL!);
    const variables = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGDATABASE: pathname.slice(1) };
    const run = await runCommand([], { ...variables, PGPASSWORD: password, PGSSLMODE: 'disable' });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^Task: shop\.tasks\.send$/m);
    const without = `postgres://${username}@${hostname}:${port}${pathname}`;
    assert.equal(
      (await runCommand(['--database-url', without], { PGPASSWORD: password })).code,
      0,
      'a URL that was typed',
    );
    assert.equal((await runCommand([], { ...variables, PGPASSFILE: '/no/such/file' })).code, 3);
  });

  it('says on stderr and in the log that rows may be missing, where row security hides some', async () => {
    await createTaskTable(database, { name: 'secured' });
    await database.run('grant select on secured to public; alter table secured enable row level security');
    for (const format of ['text', 'json']) {
      const run = await runCommand(['--table', 'secured', '--format', format], environment);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stderr, /^Warning: Rows may be missing from every number: row security on "public"\."secured"/m);
      assert.match(run.stdout, /[Rr]ows may be missing/);
      assert.doesNotMatch(run.stdout, /No stuck tasks found\.|nothing needs to be done/);
    }
  });

  it('prints the log on stdout and progress on stderr, and exits 0', async () => {
    const run = await runCommand([], environment);
    assert.equal(run.code, 0, run.stderr);
    assert.ok(run.stdout.startsWith('Analyzing tasks stuck for more than 906 hours:\n====='));
    assert.match(run.stdout, /^Task: shop\.tasks\.send\nCount: 2\nMax Hours Stuck: 950\.00$/m);
    assert.match(run.stdout, /^Arguments: \{"id": 12345678901234567890, "token": "\*\*\*"\}$/m);
    assert.match(run.stdout, /^Status: PENDING\nCount: 1$/m);
    const lines = run.stderr.trimEnd().split('\n');
    for (const line of lines) assert.match(line, /^\[\d\/\d \+\d+\.\ds\] [ -~]+$/);
    const steps = lines.map((line) => /^\[(\d)\/(\d)/.exec(line)!.slice(1).map(Number));
    assert.ok(steps.every(([step, of], i) => step! <= of! && step! >= (steps[i - 1]?.[0] ?? 1)));
    assert.equal(steps.at(-1)![0], steps.at(-1)![1], 'the last step is the last one announced');
    assert.match(run.stderr, /Analyzing task type 1\/2: shop\.tasks\.send\n/);
    assert.match(run.stderr, /Analyzing task type 2\/2: shop\.tasks\.odd\\n\\u001b\[31mname\n/);
  });

  it('ends its log with what the check cost', async () => {
    const run = await runCommand([], environment);
    const lines = run.stdout.trimEnd().split('\n');
    assert.match(lines.at(-1)!, /^Cost: PostgreSQL \d+ queries, \d+ rows, \d+ kB, \d+\.\d\d s$/);
    assert.equal(lines.at(-2), '');
  });

  it('prints how the server would run the scan instead of running it, or how it ran', async () => {
    const planned = await runCommand(['--explain'], environment);
    assert.equal(planned.code, 0, planned.stderr);
    assert.match(planned.stdout, /^-- How PostgreSQL [\d.]+ at .* would run a check's scan\n/);
    assert.match(planned.stdout, /\n {2,}from "public"\."task_manager_taskmanager" where \(last_run <= \$1/);
    assert.match(planned.stdout, /^-- \$2 = 5$/m);
    assert.match(planned.stdout, /^-- In words: It reads task_manager_taskmanager from its first page/m);
    assert.doesNotMatch(planned.stdout, /actual|Task: /);
    const ran = await runCommand(['--explain', 'analyze', '--hours', '24'], environment);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /^-- +Execution Time: /m);
    const cutoff = (text: string): number => {
      const [, day = '', time = ''] = /^-- \$1 = "([\d-]{10}) ([\d:.]+)\+00"$/m.exec(text) ?? [];
      return Date.parse(`${day}T${time}Z`);
    };
    // What 906 and 24 hours mean; a moment passed between the two.
    const hours = (cutoff(ran.stdout) - cutoff(planned.stdout)) / 3_600_000;
    assert.ok(hours > 882 && hours < 882.5, String(hours));
    assert.deepEqual([planned.stderr, ran.stderr], ['', '']);
    const missing = await runCommand(['--explain', '--table', 'nowhere'], environment);
    assert.deepEqual([missing.code, missing.stdout], [3, '']);
  });

  it('lets the server end what takes longer than --statement-timeout, and names the number', async () => {
    await database.run(
      `create view waits as select t.* from task_manager_taskmanager t, lateral (select pg_sleep(30) where t.id > 0) s`,
    );
    await database.run('grant select on waits to public');
    const run = await runCommand(['--table', 'waits', '--statement-timeout', '1'], environment);
    assert.deepEqual([run.code, run.stdout], [3, '']);
    assert.match(
      run.stderr,
      /longer than the statement timeout of 1 s\. .*\(--statement-timeout on the command line\)/,
    );
  });

  it('prints JSON that fits the published schema', async () => {
    const run = await runCommand(['--format', 'json', '--hours', '0', '--status', 'scheduled,PENDING'], environment);
    assert.equal(run.code, 0, run.stderr);
    const diagnosis = JSON.parse(run.stdout) as { parameters: object; taskTypes: { count: number }[] };
    assert.deepEqual(schemaErrors(diagnosis), []);
    assert.ok(run.stdout.includes('"arguments": {"id": 12345678901234567890, "token": "***"}'));
    assert.deepEqual(
      diagnosis.taskTypes.map((type) => type.count),
      [3, 1, 1],
    );
  });

  it('takes its limits from the flags', async () => {
    const run = await runCommand(['--limit', '1', '--hours=945'], environment);
    assert.match(run.stdout, /^Analyzing tasks stuck for more than 945 hours:/);
    assert.match(run.stdout, /^Count: 1$/m);
    assert.equal(run.stdout.match(/^ID: /gm)?.length, 1);
  });

  it('exits 1 with --exit-code when tasks are stuck, else 0', async () => {
    assert.equal((await runCommand(['--exit-code'], environment)).code, 1);
    assert.equal((await runCommand(['--exit-code', '--hours', '1000'], environment)).code, 0);
    assert.equal((await runCommand(['--exit-code', '--status', 'PAUSED'], environment)).code, 0);
  });

  it('writes the same text into the log file, making folders, and names it on stderr', async () => {
    const run = await runCommand(['--log-file', 'logs/deep/check.log'], environment, folder);
    assert.equal(run.code, 0, run.stderr);
    const saved = readFileSync(join(folder, 'logs/deep/check.log'), 'utf8');
    assert.equal(saved, run.stdout);
    assert.match(run.stderr, /^Log saved to: logs\/deep\/check\.log$/m);
    const asJson = await runCommand(['--format=json', '--log-file', 'logs/deep/check.log'], environment, folder);
    assert.doesNotThrow(() => JSON.parse(asJson.stdout) as unknown);
    assert.equal(
      readFileSync(join(folder, 'logs/deep/check.log'), 'utf8').split('\n').length,
      saved.split('\n').length,
    );
    assert.deepEqual(readdirSync(join(folder, 'logs/deep')), ['check.log']);
  });

  it('prints the report and exits 2 when the log file cannot be written', async () => {
    writeFileSync(join(folder, 'file'), 'old');
    const run = await runCommand(['--log-file', join(folder, 'file', 'check.log')], environment);
    assert.equal(run.code, 2);
    assert.match(run.stdout, /Recommendations:/);
    assert.match(
      run.stderr.trimEnd().split('\n').at(-1)!,
      /^--log-file: .* cannot be written \(a part of the path is a file\)/,
    );
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'old');
  });

  it('exits 3 with one line when the table is missing', async () => {
    const run = await runCommand(['--table', 'no.such_table'], environment);
    assert.deepEqual([run.code, run.stdout], [3, '']);
    assert.match(run.stderr.trimEnd().split('\n').at(-1)!, /^There is no table "no"\."such_table" in this database: /);
  });

  it('masks argument values by their keys, which can be chosen and switched off', async () => {
    for (const [flag, shown] of [
      ['id', '"id": "***", "token": "of-7"'],
      ['', '"id": 5, "token": "of-7"'],
      ['other, token', '"id": 5, "token": "***"'],
    ] as const) {
      const run = await runCommand(['--masked-arguments', flag, '--table', 'masked'], environment);
      assert.ok(run.stdout.includes(`Arguments: {${shown}}`), `${flag}: ${run.stdout}`);
      const json = await runCommand(['--masked-arguments', flag, '--table', 'masked', '--format=json'], environment);
      assert.ok(json.stdout.includes(`{${shown}}`), flag);
    }
    const run = await runCommand(['--table', 'masked'], environment);
    assert.ok(run.stdout.includes('Arguments: {"id": 5, "token": "***"}'), run.stdout);
  });

  it('never prints a password', async () => {
    const bad = new URL(environment.DATABASE_URL!);
    bad.pathname = '/no_such_database';
    const runs = await Promise.all([
      runCommand([], environment),
      runCommand(['--format=json'], environment),
      runCommand([], { DATABASE_URL: bad.href }),
      runCommand(['--database-url', environment.DATABASE_URL!, '--table', 'nowhere']),
    ]);
    for (const { stdout, stderr } of runs) assert.ok(!(stdout + stderr).includes(canary('')));
    assert.match(runs[2].stderr, /No database "no_such_database"/);
  });

  it('survives a reader that goes away, and still writes the log file', async () => {
    const log = join(folder, 'piped.log');
    const shell = spawn(
      'sh',
      ['-c', '"$0" "$@" | head -n 1', process.execPath, resolve('dist/check-task-status.js'), '--log-file', log],
      {
        env: { ...process.env, ...environment },
      },
    );
    let [stdout, stderr] = ['', ''];
    shell.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    shell.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    await once(shell, 'close');
    assert.equal(stdout, 'Analyzing tasks stuck for more than 906 hours:\n');
    assert.doesNotMatch(stderr, /EPIPE|Error/);
    const direct = startCommand(['--log-file', `${log}.2`], environment);
    direct.child.stdout!.destroy();
    const run = await direct.finished;
    assert.equal(run.code, 0, run.stderr);
    assert.ok(existsSync(`${log}.2`), 'the log file is written although nobody reads stdout');
  });

  it('says so when stdout cannot be written', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const shell = spawn('sh', ['-c', '"$0" "$@" > /dev/full', process.execPath, resolve('dist/check-task-status.js')], {
      env: { ...process.env, ...environment },
    });
    let stderr = '';
    shell.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const [code] = (await once(shell, 'close')) as [number];
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^The report could not be printed \(.*\): .*\.$/m);
  });

  it('stops on Ctrl-C within two seconds, exits 130, and its query is gone from the server', async () => {
    await database.run(
      `create view slow as select t.* from task_manager_taskmanager t, lateral (select pg_sleep(10) where t.id > 0) s`,
    );
    await database.run(`grant select on slow to public`);
    const took = await quickest(2000, async () => {
      const { child, finished } = startCommand(['--table', 'slow'], environment);
      await database.untilRunning('from "public"."slow"');
      const start = performance.now();
      child.kill('SIGINT');
      const run = await finished;
      assert.deepEqual([run.code, run.stdout], [130, '']);
      assert.equal(run.stderr.trimEnd().split('\n').at(-1), 'The check was cancelled.');
      await database.assertNothingLeft();
      return performance.now() - start;
    });
    assert.ok(took <= 2000, `${took.toFixed(0)} ms`);
  });
});
