import assert from 'node:assert/strict';
import {
  parsePostgresUrl,
  postgresSecretKey,
  postgresTarget,
  type PostgresTarget,
} from '../../../src/connect/postgres/postgresUrl';
import { postgresPassword } from '../../../src/connect/postgres/postgresPassword';
import { tlsAttempts } from '../../../src/connect/postgres/postgresTls';
import { isBroken, profileFromVariables } from '../../../src/connect/profile';
import { withoutPassword } from '../../../src/connect/postgres/withoutPassword';
import { problemOf } from '../../support/problems';
import { reportedCases } from '../../support/reported';

type Variables = Record<string, string>;
const read = (options: string, variables: Variables = {}): PostgresTarget =>
  parsePostgresUrl(`postgres://app:pw@db.example/shop?${options}`, 'DATABASE_URL', variables);
const required = ({ sslMode }: PostgresTarget): boolean => ['require', 'verify-ca', 'verify-full'].includes(sslMode);

describe('connect/postgresLine', () => {
  interface Reported {
    readonly case: string;
    readonly url: string;
    readonly environment?: Variables;
    readonly tlsRequired: boolean;
    readonly certificateChecked?: boolean;
  }
  for (const { case: name, url, environment = {}, ...expected } of reportedCases('url-asks-for-tls') as Reported[]) {
    it(`a URL that asks for TLS is heard: ${name}`, () => {
      const target = parsePostgresUrl(url.replace('HOST', 'db.example'), 'DATABASE_URL', environment);
      assert.equal(required(target), expected.tlsRequired);
      if (expected.certificateChecked) assert.equal(target.sslMode, 'verify-full');
    });
  }

  it('a URL that asks for TLS is heard in every form', async () => {
    const forms = `ssl=TRUE ssl=yes ssl=on ssl=t ssl ssl= ssl=required ssl=no-verify SSL=true tls=true tls=1 tls=skip-verify useSSL=true
      use_ssl=true encrypt=true ssl_require=true ssl-require=1 sslrequire=true requireSSL=true require_ssl=1 requiressl=1
      sslmode=require sslmode=REQUIRE SSLMODE=require sslMode=require ssl-mode=require ssl_mode=require sslmode=no-verify
      sslmode=verify-ca sslmode=VERIFY_FULL sslaccept=strict sslaccept=accept_invalid_certs channel_binding=require
      channelBinding=require sslnegotiation=direct sslNegotiation=direct sslrootcert=system sslrootcert=/ca.pem
      ssl=verify-full ssl=verify-ca sslmode=prefer&ssl=true sslmode=allow&requiressl=1 sslmode=prefer&channel_binding=require`;
    for (const form of forms.split(/\s+/)) {
      const target = read(form);
      assert.ok(required(target), form);
      // A certificate that is missing is refused, too.
      const attempts: unknown[] = await tlsAttempts(target, 'db.example', undefined).catch(() => []);
      assert.ok(!attempts.includes(false), form);
    }
    for (const url of [
      'postgresql+ssl://app@db/shop',
      'postgres+tls://app@db/shop',
      'postgres://app@db/shop?a=1&amp;sslmode=require',
      'postgres://app@db/shop?%20sslmode=require',
    ])
      assert.ok(required(parsePostgresUrl(url, 'URL', {})), url);
    for (const form of [
      'ssl=verify-full',
      'sslaccept=strict',
      'ssl=true&sslmode=verify-full',
      'sslmode=require&sslaccept=strict',
    ])
      assert.equal(read(form).sslMode, 'verify-full', form);
  });

  it('a URL that asks for TLS is heard in the variables beside it, unless it says itself what it wants', () => {
    for (const [variables, mode] of [
      [{ PGSSLMODE: 'require' }, 'require'],
      [{ PGSSLMODE: 'Verify-Full' }, 'verify-full'],
      [{ PGSSLMODE: 'no-verify' }, 'require'],
      [{ PGREQUIRESSL: '1' }, 'require'],
      [{ PGCHANNELBINDING: 'require' }, 'require'],
      [{ PGSSLNEGOTIATION: 'direct' }, 'require'],
      [{ PGSSLROOTCERT: 'system' }, 'verify-full'],
      [{ PGSSLROOTCERT: '/ca.pem' }, 'prefer'],
      [{ PGSSLMODE: 'disable' }, 'disable'],
      [{ PGSSLMODE: '' }, 'prefer'],
    ] as const) {
      assert.equal(read('', { ...variables }).sslMode, mode, JSON.stringify(variables));
      assert.equal(postgresTarget({ host: 'h' }, 'DB_*', variables).sslMode, mode, 'a database in parts, too');
    }
    const strict = { PGSSLMODE: 'verify-full', PGREQUIRESSL: '1', PGSSLNEGOTIATION: 'direct' };
    for (const [options, mode] of [
      ['sslmode=disable', 'disable'],
      ['sslmode=prefer', 'require'],
      ['ssl=false', 'prefer'],
      ['requiressl=0', 'prefer'],
      ['sslmode=require', 'require'],
      ['channel_binding=require', 'verify-full'],
    ] as const)
      assert.equal(read(options, strict).sslMode, mode, options);
    assert.equal(read('ssl=true', { PGSSLMODE: 'disable' }).sslMode, 'require');
    assert.equal(read('sslmode=disable', strict).sslNegotiation, undefined);
  });

  it('a URL that asks for TLS is heard in a file whose process has the variable', () => {
    const kept = process.env.PGSSLMODE;
    process.env.PGSSLMODE = 'require';
    try {
      const modeOf = (variables: Variables): string => {
        const entry = profileFromVariables(variables, 'env-file', '.env');
        assert.ok(entry && !isBroken(entry));
        return entry.database.sslMode;
      };
      assert.equal(modeOf({ DATABASE_URL: 'postgres://app@db/shop' }), 'require');
      assert.equal(modeOf({ DB_NAME: 'shop', DB_HOST: 'db' }), 'require');
      assert.equal(modeOf({ PGDATABASE: 'shop', PGHOST: 'db', PGUSER: 'app' }), 'require');
      assert.equal(modeOf({ DATABASE_URL: 'postgres://app@db/shop', PGSSLMODE: 'verify-full' }), 'verify-full');
    } finally {
      if (kept === undefined) Reflect.deleteProperty(process.env, 'PGSSLMODE');
      else process.env.PGSSLMODE = kept;
    }
  });

  it('a URL that asks for TLS is refused where it contradicts itself or cannot be read', async () => {
    for (const [options, words, variables] of [
      ['sslmode=disable&ssl=true', /TLS \(ssl=true\) and forbids it \(sslmode=disable\)/],
      ['sslmode=require&ssl=false', /ssl=false/],
      ['sslmode=require&sslmode=disable', /sslmode=disable/],
      ['sslmode=disable&channel_binding=require', /channel_binding=require/],
      ['sslmode=disable&sslnegotiation=direct', /sslnegotiation=direct/],
      ['sslmode=disable&sslaccept=strict', /sslaccept=strict/],
      ['channel_binding=require&channel_binding=disable', /two values of channel_binding/],
      ['sslmode=disable', /PGCHANNELBINDING=require/, { PGCHANNELBINDING: 'require' }],
      ['sslrootcert=system&sslmode=require', /sslrootcert=system/],
      ['sslmode=', /sslmode=\. Use one of/],
      ['sslmode=on', /sslmode=on\. Use one of/],
      ['ssl=maybe', /ssl=maybe\. Use one of/],
      ['tls=custom', /tls=custom\. Use one of/],
      ['channel_binding=always', /channel_binding=always\. Use one of/],
      ['sslnegotiation=fast', /sslnegotiation=fast\. Use one of/],
      ['sslaccept=maybe', /sslaccept=maybe\. Use one of/],
      ['ssl_min_protocol_version=SSLv3', /ssl_min_protocol_version=SSLv3\. Use one of/],
      ['require_auth=kerberos', /require_auth=kerberos\. Use words from/],
      ['gssencmode=require', /GSSAPI/],
      ['', /PGSSLMODE=maybe\. Use one of/, { PGSSLMODE: 'maybe' }],
      ['', /PGSSLNEGOTIATION=fast\. Use one of/, { PGSSLNEGOTIATION: 'fast' }],
      ['', /GSSAPI/, { PGGSSENCMODE: 'require' }],
      ['sslsecret=1', /sslsecret, an unknown option/],
      ['ssl_ca=/ca.pem', /ssl_ca, an unknown option that may require TLS/],
      ['tlsmode=strict', /tlsmode/],
    ] as [string, RegExp, Variables?][]) {
      const { message } = await problemOf(() => read(options, variables), 'invalid');
      assert.match(message, words);
      assert.doesNotMatch(message, /\bpw\b/);
    }
    assert.deepEqual(read('sslmode=require&sslfactory=x').unused, ['sslfactory'], 'not weaker for it');
  });

  it('a URL that asks for TLS keeps its request where its password is taken out', () => {
    for (const option of ['ssl', 'ssl=', 'sslmode=require', 'requiressl=1', 'channel_binding=require'])
      assert.ok(required(parsePostgresUrl(withoutPassword(`postgres://app:pw@db/shop?${option}`), 'URL', {})), option);
  });

  it('a URL that asks for TLS has a key of its own for a password, by all that protects it', () => {
    const keys = [
      '',
      'ssl=true',
      'ssl=true&channel_binding=require',
      'require_auth=scram-sha-256',
      'sslmode=verify-full',
    ];
    assert.equal(new Set(keys.map((options) => postgresSecretKey(read(options)))).size, keys.length);
    assert.equal(postgresSecretKey(read('ssl=true')), postgresSecretKey(read('sslmode=require')));
    assert.equal(postgresSecretKey(read('')), 'postgres:["db.example",5432,"app"]');
  });

  it('a URL that asks for TLS gets no password of a person whose variables ask for more', async () => {
    const environment = { PGHOST: 'h', PGUSER: 'bob', PGPASSWORD: 'env' };
    const over = (options: string, more: Variables): Promise<string | undefined> => {
      const target = parsePostgresUrl(`postgres://bob@h/db?${options}`, 'URL', {});
      return postgresPassword(target, target, { environment: { ...environment, ...more }, namedByPerson: false });
    };
    assert.equal(await over('ssl=false', { PGREQUIRESSL: '1' }), undefined);
    assert.equal(await over('ssl=true', { PGREQUIRESSL: '1' }), 'env');
    assert.equal(await over('sslmode=require', { PGCHANNELBINDING: 'require' }), undefined);
    assert.equal(await over('channel_binding=require', { PGCHANNELBINDING: 'require' }), 'env');
    assert.equal(await over('', { PGREQUIREAUTH: 'scram-sha-256' }), undefined);
    assert.equal(await over('require_auth=password', { PGREQUIREAUTH: 'scram-sha-256' }), undefined);
    assert.equal(await over('require_auth=scram-sha-256', { PGREQUIREAUTH: 'scram-sha-256,md5' }), 'env');
    assert.equal(await over('sslmode=require', { PGSSLMODE: 'maybe' }), undefined, 'nobody knows what was wanted');
  });

  it('a URL that asks for TLS on a socket is refused where a socket cannot do it', async () => {
    for (const option of ['channel_binding=require', 'requirepeer=postgres']) {
      const target = read(`host=/run/pg&${option}`);
      const { message } = await problemOf(() => tlsAttempts(target, target.host, undefined), 'tls');
      assert.match(message, new RegExp(option.split('=')[0]!));
    }
    assert.deepEqual(await tlsAttempts(read('host=/run/pg&ssl=true'), '/run/pg', undefined), [false], 'as in libpq');
  });

  it('a URL that asks for TLS brings its versions and its certificate to the line', async () => {
    const target = read('sslmode=require&ssl_min_protocol_version=tlsv1.3&ssl_max_protocol_version=TLSv1.3');
    const [tls] = await tlsAttempts(target, 'db.example', undefined);
    assert.deepEqual(tls, { rejectUnauthorized: false, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });
    const none = read('sslmode=require&sslcert=/no/such.crt&sslcertmode=disable');
    assert.deepEqual(await tlsAttempts(none, 'db.example', undefined), [{ rejectUnauthorized: false }]);
  });
});
