import { Client } from 'pg';

/** Superuser URLs of the PostgreSQL servers that the runner started, one for each major version. */
export function postgresUrls(): string[] {
  const urls = (process.env.TEST_POSTGRES_URLS ?? '').split(/\s+/).filter((url) => url !== '');
  if (urls.length === 0) {
    throw new Error('TEST_POSTGRES_URLS is not set: run these tests by npm test, which starts the servers.');
  }
  return urls;
}

/** The same server through a PgBouncer in transaction mode with one session for each database. */
export function pgbouncerUrl(serverUrl: string): string {
  const urls = (process.env.TEST_PGBOUNCER_URLS ?? '').split(/\s+/);
  const url = urls[postgresUrls().indexOf(serverUrl)];
  if (url) return url;
  throw new Error('There is no PgBouncer: see the beginning of the run, which says how to install it.');
}

/** The same tests for every server; each server's block is named by its address, its version is printed in the first test. */
export function describePostgres(subject: string, tests: (serverUrl: string) => void): void {
  for (const url of postgresUrls()) {
    describe(`${subject} (PostgreSQL at ${new URL(url).host})`, function () {
      this.timeout(120_000);
      it('has a server', async function () {
        const client = new Client({ connectionString: url });
        await client.connect();
        const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
        await client.end();
        this.test!.title = `runs on PostgreSQL ${rows[0]!.version}`;
      });
      tests(url);
    });
  }
}
