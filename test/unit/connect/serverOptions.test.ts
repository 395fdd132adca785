import assert from 'node:assert/strict';
import { unusedNote } from '../../../src/connect/postgres/postgresOptions';
import { refusesStartUp, startUpForms } from '../../../src/connect/postgres/postgresStartUp';
import { postgresSnapshots } from '../../../src/connect/postgres/postgresClient';
import { parsePostgresUrl, type PostgresTarget } from '../../../src/connect/postgres/postgresUrl';
import { readArguments } from '../../../src/cli/arguments';
import { assertForPeople } from '../../support/problems';
import { reportedCases } from '../../support/reported';

const OURS = '-c default_transaction_read_only=on -c statement_timeout=1500';
const formsOf = (target: PostgresTarget): readonly (string | undefined)[] => startUpForms(target, 1500);
const read = (options: string, variables: Record<string, string> = {}): PostgresTarget =>
  parsePostgresUrl(`postgres://app@db.example/shop?${options}`, 'DATABASE_URL', variables);
const encoded = (options: string): PostgresTarget => read(`options=${encodeURIComponent(options)}`);

describe('connect/serverOptions', () => {
  interface Reported {
    readonly case: string;
    readonly url: string;
    readonly startup: string | null;
  }
  for (const { case: name, url, startup } of reportedCases('url-server-options') as Reported[]) {
    it(`options for the server are sent on beside ours: ${name}`, () => {
      const target = parsePostgresUrl(url.replace('HOST', 'db.example'), 'DATABASE_URL', {});
      const [first] = formsOf(target);
      assert.ok(first!.includes(OURS));
      if (startup !== null) assert.ok(first!.split(' ').includes(startup), first);
      assert.equal(target.unused, undefined);
    });
  }

  it('options for the server by which a proxy routes are in every attempt', () => {
    assert.deepEqual(formsOf(encoded('endpoint=ep-1 -c work_mem=1GB')), [`endpoint=ep-1 ${OURS}`, 'endpoint=ep-1']);
    assert.deepEqual(formsOf(encoded('-c pgdog.role=replica --cluster=shop-12')), [
      `-c pgdog.role=replica --cluster=shop-12 ${OURS}`,
      '-c pgdog.role=replica --cluster=shop-12',
    ]);
    assert.deepEqual(formsOf(read('')), [OURS, undefined]);
    assert.deepEqual(formsOf(read('', { PGOPTIONS: 'endpoint=ep-2' })), [`endpoint=ep-2 ${OURS}`, 'endpoint=ep-2']);
    assert.deepEqual(formsOf(read('options=project=a', { PGOPTIONS: 'project=b' }))[1], 'project=a');
    const supabase = Object.assign(new Error('Tenant or user not found'), { code: 'XX000' });
    assert.ok(refusesStartUp(supabase, encoded('reference=abc')), 'it takes all of the options for the reference');
    assert.ok(!refusesStartUp(supabase, read('')));
  });

  it('options for the server that decide what is read are made in the transaction', () => {
    const target = encoded(
      '-c search_path=a,\\ b -c role=readonly --app.tenant=4\\ 2 -crow_security=off -c role=other',
    );
    assert.equal(target.searchPath, 'a, b');
    assert.deepEqual(target.settings, [
      ['role', 'other'],
      ['row_security', 'off'],
    ]);
    assert.deepEqual(target.applicationSettings, [['app.tenant', '4 2']]);
    assert.equal(formsOf(target)[1], '-c app.tenant=4\\ 2');
    assert.equal(read('options=-c+search_path%3Dtenant1').searchPath, 'tenant1', 'as Python reads it');
    assert.equal(encoded('--search-path=x').searchPath, 'x');
  });

  it('options for the server never open the door that ours locks', () => {
    for (const options of [
      '-c default_transaction_read_only=off',
      '--default-transaction-read-only=off',
      '-c session_preload_libraries=evil',
      '-c local_preload_libraries=evil',
      '-c statement_timeout=0',
      '-p 1',
    ]) {
      const target = encoded(options);
      assert.deepEqual(formsOf(target), [OURS, undefined], options);
      assert.equal(target.settings, undefined, options);
    }
  });

  it('options for the server that have no effect are named, without their values', () => {
    assert.deepEqual(encoded('-c session_preload_libraries=evil -E').unused, [
      'options=-c session_preload_libraries',
      'options=-E',
    ]);
    assert.deepEqual(encoded('-c statement_timeout=0 -c work_mem=1').unused, undefined, 'nobody misses these');
  });
});

describe('connect/serverOptions', () => {
  it('the schema of a URL is that of currentSchema, search_path, or schema', () => {
    for (const [options, path] of [
      ['currentSchema=tenant1', 'tenant1'],
      ['currentSchema=tenant1,public', 'tenant1,public'],
      ['currentschema=tenant1', 'tenant1'],
      ['search_path=a', 'a'],
      ['schema=shop', 'shop'],
      ['schema=My%20Shop', '"My Shop"'],
      ['currentSchema=', undefined],
      ['currentSchema=a&options=-c%20search_path%3Db', 'a'],
    ] as const)
      assert.equal(read(options).searchPath, path, options);
  });
});

describe('connect/serverOptions', () => {
  it('an option of a URL without effect is named wherever the connection is told of', () => {
    const target = read(
      'pgbouncer=true&connection_limit=1&application_name=me&failover=on&sslmode=require&sslcrl=/x.crl&foo',
    );
    assert.deepEqual(target.unused, ['failover', 'sslcrl']);
    const note = unusedNote(target.unused)!;
    assertForPeople(note);
    assert.match(note, /failover, sslcrl/);
    assert.equal(postgresSnapshots(target, { statementTimeoutMs: 1 }).note, note);
    const command = readArguments(['--database-url', 'postgres://a@h/d?failover=hunter2'], {});
    assert.ok(command.kind === 'check');
    assert.deepEqual(command.options.notes, ['The connection has options that the check does not use: failover.']);
    assert.equal(unusedNote(read('').unused), undefined);
  });

  it('an option of a URL without effect is shown by nothing but a name', () => {
    assert.deepEqual(read('a%20b%40c=1').unused, ['an option without a readable name']);
  });
});
