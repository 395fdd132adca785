import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { canary } from '../support/canary';
import { TestDatabase } from '../support/database';
import { keepOutput } from '../support/outputs';
import { assertForPeople } from '../support/problems';
import { postgresUrls } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

/** A user id without an entry in the password database; taking it needs root, and without root only HOME is missing. */
const NAMELESS = process.getuid?.() === 0 ? { uid: 54321, gid: 54321 } : {};

describe('check-task-status without a home, as a user id without a name', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let role: string;
  let program: string;
  let folder: string;
  before(async () => {
    database = await TestDatabase.create(postgresUrls()[0]!);
    await createTaskTable(database);
    await insertTasks(database, [{}]);
    role = await database.createRole();
    await database.run(`grant select on ${TABLE} to ${role}`);
    // Where that user may read it.
    folder = mkdtempSync(join(tmpdir(), 'dist-'));
    chmodSync(folder, 0o755);
    cpSync(resolve('dist'), folder, { recursive: true });
    program = join(folder, 'check-task-status.js');
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  });

  const run = (
    environment: Readonly<Record<string, string>>,
    argv: readonly string[] = [],
  ): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    new Promise((done, failed) => {
      // Not even the path, which a user without a name may not search.
      const child = spawn(process.execPath, [program, ...argv], { ...NAMELESS, cwd: folder, env: { ...environment } });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', failed).on('close', (code) => {
        keepOutput('cli', stdout, stderr);
        done({ code, stdout, stderr });
      });
    });

  it('checks the database of a URL', async () => {
    for (const options of ['', '?sslmode=prefer', '?connect_timeout=5']) {
      const { code, stdout, stderr } = await run({}, ['--database-url', `${database.urlAs(role)}${options}`]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Count: 1$/m);
    }
  });

  it('checks the database of the PG variables, where the user is named', async () => {
    const { hostname, port } = new URL(database.url);
    const variables = { PGHOST: hostname, PGPORT: port, PGDATABASE: database.name, PGPASSWORD: canary('role') };
    const named = await run({ ...variables, PGUSER: role });
    assert.equal(named.code, 0, named.stderr);
    const unnamed = await run(variables);
    if (Object.keys(NAMELESS).length === 0) return;
    assert.equal(unnamed.code, 2, unnamed.stderr);
    const line = unnamed.stderr.trim();
    assertForPeople(line);
    assert.match(line, /names no user, .*set PGUSER/);
  });

  it('has no password file and no certificates there, and says so where one is named there', async () => {
    const { hostname, port } = new URL(database.url);
    const url = `postgres://${role}@${hostname}:${port}/${database.name}`;
    const none = await run({}, ['--database-url', url]);
    assert.equal(none.code, 3);
    assert.match(none.stderr, /requires a password for/);
    const named = await run({}, ['--database-url', `${database.urlAs(role)}?sslmode=require&sslrootcert=~/ca.pem`]);
    if (Object.keys(NAMELESS).length === 0) return;
    assert.match(named.stderr, /named in the home folder \(~\), and this process has none/);
  });
});
