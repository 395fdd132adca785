import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { passwordInFile, type PasswordFor } from '../../../src/connect/postgres/passwordFile';
import { postgresPassword } from '../../../src/connect/postgres/postgresPassword';
import { parsePostgresUrl, postgresHosts } from '../../../src/connect/postgres/postgresUrl';
import { postgresFromVariables } from '../../../src/connect/postgres/postgresVariables';
import { problemOf } from '../../support/problems';

const BOB: PasswordFor = { host: 'db.example.com', port: 5432, database: 'shop', user: 'bob' };

/** A password file of its own. */
function file(text: string, mode = 0o600): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pgpass-')), 'pgpass');
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

describe('connect/postgresPassword', () => {
  const found = (text: string, wanted: Partial<PasswordFor> = {}, anyHost = true): string | undefined =>
    passwordInFile(text, { ...BOB, ...wanted }, anyHost);

  it('the password file has the password of the first line that matches', () => {
    const text =
      '# db.example.com:5432:shop:bob:comment\n\nother:5432:shop:bob:a\r\ndb.example.com:*:*:bob:b\r\n*:*:*:*:c\n';
    assert.equal(found(text), 'b');
    assert.equal(found(text, { user: 'eve' }), 'c');
    assert.equal(found(text, { host: 'other' }), 'a');
    assert.equal(found('db.example.com:5433:shop:bob:a\ndb.example.com:5432:shop2:bob:b'), undefined);
    assert.equal(found('DB.example.com:5432:shop:bob:a'), undefined, 'as it is written');
    assert.equal(found('#h:5432:shop:bob:a', { host: '#h' }), undefined, 'a comment');
    assert.equal(found('db*:5432:shop:bob:a'), undefined, 'a star is all or nothing');
  });

  it('the password file reads backslashes as libpq does', () => {
    assert.equal(found('db.example.com:5432:shop:bob:a\\:b\\\\c\\d'), 'a:b\\cd');
    assert.equal(found('db.example.com:5432:shop:bob:a:comment'), 'a', 'a colon ends the password');
    assert.equal(found('db.example.com:5432:shop:bob:a\\'), 'a\\');
    assert.equal(found('fe80\\:\\:1:5432:shop:bob:a', { host: 'fe80::1' }), 'a');
    assert.equal(found('\\*:5432:shop:bob:a'), undefined, 'an escaped star is a star');
    assert.equal(found('\\*:5432:shop:bob:a', { host: '*' }), 'a');
  });

  it('the password file calls the default socket localhost, and another one by its folder', () => {
    assert.equal(found('localhost:5432:shop:bob:a', { host: '/tmp' }, false), undefined, 'anybody can make one there');
    for (const host of ['/tmp', '/var/run/postgresql']) assert.equal(found('localhost:5432:shop:bob:a', { host }), 'a');
    assert.equal(found('localhost:5432:shop:bob:a', { host: '/srv/pg' }), undefined);
    assert.equal(found('/srv/pg:5432:shop:bob:a', { host: '/srv/pg' }), 'a');
  });

  it('the password file does not trip over other text', () => {
    for (const text of ['', ':', '::::', 'a:b:c:d', '\\'.repeat(50_000), ':'.repeat(50_000), '*:'.repeat(50_000)]) {
      assert.ok((found(text) ?? '').length <= 1);
    }
  });
});

describe('connect/postgresPassword', () => {
  const PATH = file('*:*:*:*:any\n');
  const asked = async (
    url: string,
    environment: Record<string, string>,
    namedByPerson: boolean,
  ): Promise<(string | undefined)[]> => {
    const target = parsePostgresUrl(url, 'URL');
    const find = (host: (typeof target)['otherHosts'] & object): Promise<(string | undefined)[]> =>
      Promise.all(host.map((one) => postgresPassword(target, one, { environment, namedByPerson })));
    return find(postgresHosts(target));
  };
  const none = { PGPASSFILE: '/no/such/file' };

  it('the password of a PostgreSQL server is the one of the URL before any other', async () => {
    const environment = { PGPASSWORD: 'env', PGPASSFILE: PATH };
    assert.deepEqual(await asked('postgres://bob:url@h/db', environment, true), ['url']);
    assert.deepEqual(await asked('postgres://bob:@h/db', environment, true), ['env'], 'an empty one is none');
  });

  it('the password of a PostgreSQL server is PGPASSWORD for any server that the person named', async () => {
    assert.deepEqual(await asked('postgres://bob@h1,h2/db', { ...none, PGPASSWORD: 'env' }, true), ['env', 'env']);
  });

  it('the password of a PostgreSQL server is PGPASSWORD for no server of a workspace but that of PGHOST, PGPORT and PGUSER', async () => {
    const environment = { ...none, PGPASSWORD: 'env', PGHOST: 'h', PGPORT: '5433', PGUSER: 'bob' };
    assert.deepEqual(await asked('postgres://bob@H:5433/other', environment, false), ['env']);
    for (const url of ['bob@h:5432', 'bob@evil:5433', 'eve@h:5433', 'bob@h.evil:5433']) {
      assert.deepEqual(await asked(`postgres://${url}/db`, environment, false), [undefined], url);
    }
    assert.deepEqual(await asked('postgres://bob@evil,h/db?port=5433', environment, false), [undefined, 'env']);
    // The name is the person's, and the address leads elsewhere.
    assert.deepEqual(await asked('postgres://bob@h:5433/db?hostaddr=10.6.6.6', environment, false), [undefined]);
    const withAddress = { ...environment, PGHOSTADDR: '10.0.0.1' };
    assert.deepEqual(await asked('postgres://bob@h:5433/db?hostaddr=10.0.0.1', withAddress, false), ['env']);
    assert.deepEqual(await asked('postgres://bob@h:5433/db', withAddress, false), [undefined]);
    assert.deepEqual(await asked('postgres://bob@/db?hostaddr=10.6.6.6&port=5433', environment, false), [undefined]);
    assert.deepEqual(await asked('postgres://bob@localhost/db', { ...none, PGPASSWORD: 'env' }, false), [undefined]);
    assert.deepEqual(await asked('postgres://bob@h:5433/db', { ...environment, PGPORT: 'x' }, false), [undefined]);
  });

  it('the password of a PostgreSQL server goes over no line that is less protected than the variables want it', async () => {
    const environment = { PGPASSFILE: file('h:*:*:*:line\n'), PGPASSWORD: 'env', PGHOST: 'h', PGUSER: 'bob' };
    const over = (option: string, more: Record<string, string>): Promise<(string | undefined)[]> =>
      asked(`postgres://bob@h/db?${option}`, { ...environment, ...more }, false);
    assert.deepEqual(await over('sslmode=disable', {}), ['env'], 'nothing is wanted');
    for (const sslmode of ['disable', 'prefer', 'require', 'verify-ca'])
      assert.deepEqual(await over(`sslmode=${sslmode}`, { PGSSLMODE: 'verify-full' }), [undefined], sslmode);
    assert.deepEqual(await over('sslmode=verify-full', { PGSSLMODE: 'verify-full' }), ['env']);
    assert.deepEqual(await over('sslmode=verify-full', { PGSSLMODE: 'require' }), ['env']);
    const own = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/etc/ca.pem' };
    assert.deepEqual(await over('sslmode=verify-full&sslrootcert=/evil.pem', own), [undefined]);
    assert.deepEqual(await over('sslmode=verify-full&sslrootcert=/etc/ca.pem', own), ['env']);
  });

  it('the password of a PostgreSQL server is that of a line for any host only where the person named the server', async () => {
    assert.deepEqual(await asked('postgres://bob@h/db', { PGPASSFILE: PATH }, true), ['any']);
    assert.deepEqual(await asked('postgres://bob@h/db', { PGPASSFILE: PATH }, false), [undefined]);
    const variables = { PGPASSFILE: PATH, PGHOST: 'h', PGUSER: 'bob' };
    assert.deepEqual(await asked('postgres://bob@h/db', variables, false), ['any']);
    assert.deepEqual(await asked('postgres://bob@evil/db', variables, false), [undefined]);
    const named = file('h:*:*:*:one\n');
    assert.deepEqual(await asked('postgres://bob@h,evil/db', { PGPASSFILE: named }, false), ['one', undefined]);
    assert.deepEqual(await asked(`postgres://bob@h/db?passfile=${named}`, none, false), ['one']);
  });

  it('the password of a PostgreSQL server is not read of a file that others may read', async function () {
    if (process.platform === 'win32') this.skip();
    for (const mode of [0o640, 0o604, 0o660]) {
      assert.deepEqual(await asked('postgres://bob@h/db', { PGPASSFILE: file('h:*:*:*:pw', mode) }, true), [undefined]);
    }
    assert.deepEqual(await asked('postgres://bob@h/db', { PGPASSFILE: file('h:*:*:*:pw', 0o400) }, true), ['pw']);
    assert.deepEqual(await asked('postgres://bob@h/db', { PGPASSFILE: tmpdir() }, true), [undefined]);
  });
});

describe('connect/postgresPassword', () => {
  it('the PG variables name a database when one of PGHOST, PGHOSTADDR and PGDATABASE is set', () => {
    for (const name of ['PGPASSWORD', 'PGUSER', 'PGPORT', 'PGSSLMODE', 'PGSERVICE']) {
      assert.equal(postgresFromVariables({ [name]: '1', PGHOST: '' }), undefined, name);
    }
    const user = userInfo().username;
    const rest = { port: 5432, user, sslMode: 'prefer' };
    assert.deepEqual(postgresFromVariables({ PGHOST: 'h' }), { host: 'h', database: user, ...rest });
    assert.deepEqual(postgresFromVariables({ PGDATABASE: 'db' }), { host: 'localhost', database: 'db', ...rest });
    assert.equal(postgresFromVariables({ PGHOSTADDR: '10.0.0.1' })?.host, '10.0.0.1');
  });

  it('the PG variables say what the options of a URL say', () => {
    assert.deepEqual(
      postgresFromVariables({
        PGHOST: 'h1,h2',
        PGPORT: '6000',
        PGDATABASE: 'db',
        PGUSER: 'bob',
        PGPASSWORD: 'p:w@/?#%41',
        PGPASSFILE: '/x/pgpass',
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: '~/ca.pem',
        PGSSLCERT: 'a.crt',
        PGSSLKEY: 'a.key',
        PGCONNECT_TIMEOUT: '5',
        PGTARGETSESSIONATTRS: 'standby',
        PGOPTIONS: '-c search_path=shop',
      }),
      {
        host: 'h1',
        port: 6000,
        otherHosts: [{ host: 'h2', port: 6000 }],
        database: 'db',
        user: 'bob',
        password: 'p:w@/?#%41',
        passwordFile: '/x/pgpass',
        sessionKind: 'standby',
        sslMode: 'verify-full',
        tlsAskedBy: 'PGSSLMODE=verify-full',
        sslRootCert: '~/ca.pem',
        sslCert: 'a.crt',
        sslKey: 'a.key',
        connectTimeoutMs: 5000,
        searchPath: 'shop',
      },
    );
  });

  it('the PG variables that cannot be read are named in one sentence', async () => {
    await problemOf(() => postgresFromVariables({ PGHOST: 'h', PGPORT: 'hunter2' }), 'invalid');
    await problemOf(() => postgresFromVariables({ PGHOST: 'h', PGSSLMODE: 'on' }), 'invalid');
  });
});
