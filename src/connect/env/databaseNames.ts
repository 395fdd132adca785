/** Names that variables of a database begin with, apart from libpq's own. Of names that mean one thing, the first that is filled counts. */
export const PREFIXES = [
  'POSTGRES',
  'POSTGRESQL',
  'DB',
  'DATABASE',
  'SQL',
  'PG',
  'PGSQL',
  'PSQL',
  'RDS',
  'DJANGO_DB',
  'DJANGO_DATABASE',
  'AZURE_POSTGRESQL',
] as const;

/** What follows a prefix. `SERVER` and `ENDPOINT` are hosts with AWS and in templates of FastAPI. */
export const PARTS = {
  host: ['HOST', 'HOSTNAME', 'SERVER', 'ENDPOINT', 'ADDRESS', 'ADDR', 'UNIX_SOCKET', 'SOCKET', 'SOCKET_PATH'],
  port: ['PORT'],
  database: ['DB', 'NAME', 'DATABASE', 'DB_NAME', 'DBNAME', 'DATABASE_NAME'],
  user: ['USER', 'USERNAME', 'DB_USER'],
  password: ['PASSWORD', 'PASS', 'PASSWD', 'PWD', 'DB_PASSWORD'],
} as const;

export const SSL_MODE = [
  'SSLMODE',
  'SSL_MODE',
  'SSL',
  'SSL_REQUIRE',
  'REQUIRE_SSL',
  'SSL_REQUIRED',
  'USE_SSL',
  'TLS',
] as const;
export const ROOT_CERT = ['SSLROOTCERT', 'SSL_ROOT_CERT', 'SSL_CA'] as const;

/** Where a project says which kind of database it has. `DB_CONNECTION` is Laravel's, `DB_CLIENT` Knex's. */
export const KINDS = [
  'ENGINE',
  'CONNECTION',
  'DRIVER',
  'TYPE',
  'DIALECT',
  'BACKEND',
  'CLIENT',
  'KIND',
  'ADAPTER',
  'VENDOR',
] as const;

/** A whole URL under a prefix. Those of Vercel (`PRISMA_URL`, `URL_NON_POOLING`) are the same database over another way. */
export const URLS = [
  'URL',
  'URI',
  'DATABASE_URL',
  'DSN',
  'CONNECTION_STRING',
  'CONNECTIONSTRING',
  'PRISMA_URL',
  'URL_NON_POOLING',
  'URL_NO_SSL',
] as const;

/**
 * Further names of URLs. The names of one line mean one database by their provider's documents, over another way: Railway's public proxy and
 * its private network, Neon's and Prisma's line without the pooler.
 */
export const OTHER_URLS = [
  ['DATABASE_PUBLIC_URL', 'DATABASE_PRIVATE_URL'],
  ['DATABASE_URL_UNPOOLED', 'DATABASE_UNPOOLED_URL', 'DATABASE_URL_NON_POOLING', 'DATABASE_DIRECT_URL', 'DIRECT_URL'],
  ['SQLALCHEMY_DATABASE_URI', 'SQLALCHEMY_DATABASE_URL'],
  ['NEON_DATABASE_URL', 'NEON_DATABASE_URL_UNPOOLED', 'NEON_URL'],
  ['SUPABASE_DB_URL', 'SUPABASE_DATABASE_URL', 'SUPABASE_POSTGRES_URL'],
  ['TIMESCALE_SERVICE_URL', 'TIMESCALE_DATABASE_URL'],
  ['ELEPHANTSQL_URL'],
  ['JDBC_DATABASE_URL', 'JDBC_URL'],
  ['SPRING_DATASOURCE_URL'],
] as const;

/** Heroku's attachments: one of them is also DATABASE_URL, and another may be a follower or another database. */
export const ATTACHMENT = /^HEROKU_POSTGRESQL_\w+_URL$/;

/** Where Google's samples for Cloud SQL say which server it is: an address, the path of a socket, the name of an instance. */
export const CLOUD_SQL = {
  host: ['INSTANCE_HOST', 'INSTANCE_UNIX_SOCKET'],
  instance: ['INSTANCE_CONNECTION_NAME', 'CLOUD_SQL_CONNECTION_NAME', 'CLOUDSQL_CONNECTION_NAME'],
} as const;
