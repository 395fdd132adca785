import assert from 'node:assert/strict';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { check, inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { listen, pipeTo, poolerLike, type TcpServer } from '../support/sockets';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

describePostgres('a pooler in between', (serverUrl) => {
  const { hostname, port } = new URL(serverUrl);
  const server = { host: hostname, port: Number(port) };
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(database, [{}]);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  const through = (line: TcpServer): string => {
    const url = new URL(database.url);
    url.port = String(line.port);
    return url.href;
  };

  it('that refuses start-up options gets none, and the transaction alone keeps us from writing', async () => {
    const seen: string[][] = [];
    const pooler = await poolerLike(server, seen);
    try {
      assert.equal((await check(through(pooler))).taskTypes.length, 1);
      assert.deepEqual(
        seen.map((names) => names.includes('options')),
        [true, false],
      );
      assert.ok(seen[1]!.includes('application_name'));
      const attempt = inSnapshot(through(pooler), (snapshot) => snapshot.query(`delete from ${TABLE}`));
      await assert.rejects(attempt, /read-only transaction/);
      await problemOf(() => check(through(pooler), { table: 'nowhere' }), 'table-missing');
    } finally {
      await pooler.close();
    }
  });

  it('keeps no setting of ours in a session that others use after us', async () => {
    const bytes: Buffer[] = [];
    const wire = await listen((line) => {
      line.on('data', (chunk: Buffer) => bytes.push(chunk));
      pipeTo(line, server);
    });
    try {
      await check(through(wire));
    } finally {
      await wire.close();
    }
    const sent = Buffer.concat(bytes).toString('latin1');
    assert.match(sent, /set local statement_timeout/, 'the wire was read');
    assert.doesNotMatch(sent, /\bset\s+(?!local\b)/i);
    assert.doesNotMatch(sent, /set_config\([^)]*false\)|\b(prepare|listen|declare|create|discard)\s/i);
  });
});
