import assert from 'node:assert/strict';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';

/** As those who host databases hand them out, with made-up names: the URL, variables beside it, and what it must be read as. */
const HOSTED: readonly (readonly [string, string, Record<string, string>, Record<string, unknown>])[] = [
  [
    'Heroku',
    'postgres://u1:p1@ec2-1-2-3-4.compute-1.amazonaws.example:5432/d1',
    { PGSSLMODE: 'no-verify' },
    { host: 'ec2-1-2-3-4.compute-1.amazonaws.example', database: 'd1', sslMode: 'require' },
  ],
  [
    'Neon',
    'postgresql://app:p1@ep-cool-1-pooler.eu-central-1.aws.neon.example/shop?sslmode=require&channel_binding=require',
    {},
    { port: 5432, sslMode: 'require', channelBinding: 'require', unused: undefined },
  ],
  [
    'Vercel',
    'postgres://default:p1@ep-1.neon.example:5432/verceldb?sslmode=require&supa=base-pooler.x&pgbouncer=true&connect_timeout=15',
    {},
    { sslMode: 'require', connectTimeoutMs: 15_000, unused: undefined },
  ],
  [
    'Supabase, pooler',
    'postgresql://postgres.abcdefgh:p1@aws-0-eu.pooler.supabase.example:6543/postgres?pgbouncer=true&connection_limit=1',
    {},
    { user: 'postgres.abcdefgh', port: 6543, sslMode: 'prefer', unused: undefined },
  ],
  [
    'Azure, single server',
    'postgres://app@shop-1:p1@shop-1.postgres.database.azure.example:5432/shop?sslmode=require',
    {},
    { user: 'app@shop-1', password: 'p1', host: 'shop-1.postgres.database.azure.example', sslMode: 'require' },
  ],
  [
    'Azure, encoded',
    'postgres://app%40shop-1:p%401@shop-1.postgres.database.azure.example/shop?ssl=true',
    {},
    { user: 'app@shop-1', password: 'p@1', sslMode: 'require' },
  ],
  [
    'Cloud SQL, SQLAlchemy',
    'postgresql+psycopg2://app:p1@/shop?host=/cloudsql/p-1:europe-west1:db',
    { PGHOST: 'elsewhere' },
    { host: '/cloudsql/p-1:europe-west1:db', database: 'shop' },
  ],
  [
    'Cloud SQL, pg8000',
    'postgresql+pg8000://app:p1@/shop?unix_sock=/cloudsql/p-1:europe-west1:db/.s.PGSQL.5432',
    {},
    { host: '/cloudsql/p-1:europe-west1:db', port: 5432 },
  ],
  [
    'CockroachDB',
    'postgresql://app:p1@free.gcp.cockroach.example:26257/shop?sslmode=verify-full&options=--cluster%3Dshop-12',
    {},
    { port: 26257, sslMode: 'verify-full', routing: ['--cluster=shop-12'] },
  ],
  [
    'RDS',
    'postgresql://app:p1@db.rds.amazonaws.example:5432/shop?sslmode=verify-full&sslrootcert=global-bundle.pem',
    {},
    { sslMode: 'verify-full', sslRootCert: 'global-bundle.pem' },
  ],
  ['Railway', 'postgresql://postgres:p1@x.proxy.rlwy.example:41234/railway', {}, { port: 41234, database: 'railway' }],
  [
    'Fly',
    'postgres://shop:p1@top2.nearest.of.shop-db.internal:5432/shop?sslmode=disable',
    { PGSSLMODE: 'require' },
    { sslMode: 'disable' },
  ],
  ['Aiven', 'postgres://avnadmin:p1@pg-1.aiven.example:12691/defaultdb?sslmode=require', {}, { sslMode: 'require' }],
  [
    'dj-database-url',
    'postgis://app:p1@db/shop?currentSchema=tenant1&conn_max_age=600&ssl_require=true',
    {},
    { searchPath: 'tenant1', sslMode: 'require', unused: undefined },
  ],
  [
    'several hosts',
    'postgresql://app:p1@a.example:5432,b.example:5433/shop?target_session_attrs=read-write&load_balance_hosts=random',
    {},
    { otherHosts: [{ host: 'b.example', port: 5433 }], sessionKind: 'read-write', unused: undefined },
  ],
];

describe('connect/hostedUrls', () => {
  for (const [name, url, variables, expected] of HOSTED) {
    it(`a URL of a hosted database is read: ${name}`, () => {
      const target = parsePostgresUrl(url, 'DATABASE_URL', variables) as unknown as Record<string, unknown>;
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, target[key]])), expected);
    });
  }
});
