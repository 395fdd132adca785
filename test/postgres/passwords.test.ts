import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresSnapshots, type PostgresOptions } from '../../src/connect/postgres/postgresClient';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { findTable } from '../../src/tables/findTable';
import { canary } from '../support/canary';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { withRules } from '../support/serverRules';
import { describePostgres } from '../support/servers';
import { listen, pipeTo } from '../support/sockets';
import { createTaskTable, TABLE } from '../support/taskTable';

const PASSWORD = canary('role');
const VARIABLES = ['PGPASSWORD', 'PGPASSFILE', 'PGHOST', 'PGPORT', 'PGUSER', 'PGOPTIONS'];

describePostgres('a password that is not in the URL', (serverUrl) => {
  const { hostname: host, port } = new URL(serverUrl);
  const kept = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  let database: TestDatabase;
  let role: string;
  let url: string;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    role = await database.createRole();
    await database.run(`grant select on ${TABLE} to ${role}`);
    url = `postgres://${role}@${host}:${port}/${database.name}`;
  });
  after(() => database.drop());
  afterEach(async () => {
    for (const name of VARIABLES) set(name, kept[name]);
    await database.assertNothingLeft();
  });

  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  };
  const open = (target: string, passwords?: PostgresOptions['passwords']): Promise<unknown> =>
    postgresSnapshots(parsePostgresUrl(target, 'URL'), {
      statementTimeoutMs: 10_000,
      ...(passwords ? { passwords } : {}),
    }).read((snapshot) => findTable(snapshot, TABLE), new AbortController().signal);
  const passwordFile = (line: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'pgpass-')), 'pgpass');
    writeFileSync(path, `${line}\n`, { mode: 0o600 });
    return path;
  };

  it('does not come out of PGPASSWORD for a server that only a workspace names', async () => {
    process.env.PGPASSFILE = '/no/such/file';
    process.env.PGPASSWORD = PASSWORD;
    const problem = await problemOf(() => open(url), 'authentication');
    assert.match(problem.message, /none is stored/);
    Object.assign(process.env, { PGHOST: host, PGPORT: port, PGUSER: role });
    await open(url);
    process.env.PGUSER = 'somebody_else';
    await problemOf(() => open(url), 'authentication');
  });

  it('comes out of PGPASSWORD for a server that the person named', async () => {
    await open(url, { environment: { PGPASSWORD: PASSWORD, PGPASSFILE: '/no' }, namedByPerson: true });
    const wrong = { environment: { PGPASSWORD: canary('wrong') }, namedByPerson: true };
    await problemOf(() => open(url, wrong), 'authentication');
  });

  it('comes out of the password file, and an empty one in the URL is none', async () => {
    process.env.PGPASSFILE = passwordFile(`${host}:${port}:*:${role}:${PASSWORD}`);
    await open(url);
    await open(url.replace('@', ':@'));
    process.env.PGPASSFILE = passwordFile(`*:*:*:*:${PASSWORD}`);
    await problemOf(() => open(url), 'authentication');
  });

  it('never crosses the line, with any way of asking for it', async () => {
    const secret = canary('wire');
    process.env.PGPASSFILE = passwordFile(`*:*:*:*:${secret}`);
    process.env.PGPASSWORD = secret;
    for (const method of ['password', 'md5', 'scram-sha-256']) {
      const bytes: Buffer[] = [];
      const wire = await listen((line) => {
        line.on('data', (chunk: Buffer) => bytes.push(chunk));
        pipeTo(line, { host, port: Number(port) });
      });
      try {
        await withRules(database, [`host all ${role} all ${method}`], async () => {
          const elsewhere = `postgres://${role}@${host}:${String(wire.port)}/${database.name}?sslmode=disable`;
          await problemOf(() => open(elsewhere), 'authentication');
          const sent = Buffer.concat(bytes);
          assert.ok(sent.includes(role), 'the wire was read');
          // A start-up message has no type; behind it, `p` would be an answer to the server's question.
          assert.equal(sent.length, sent.readInt32BE(0), `${method}: nothing was answered`);
          bytes.length = 0;
          await problemOf(() => open(elsewhere, { namedByPerson: true }), 'authentication');
          assert.ok(Buffer.concat(bytes).length > sent.length, `${method}: a person's own server is answered`);
        });
      } finally {
        await wire.close();
      }
    }
  });

  it('start-up options of the environment are not sent either', async () => {
    process.env.PGOPTIONS = '-c default_transaction_read_only=off -c no_such_setting=1';
    await open(database.urlAs(role));
  });
});
