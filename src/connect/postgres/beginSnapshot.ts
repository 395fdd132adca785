/**
 * One round trip. `set local` dies with the transaction: behind a pooler nothing of ours stays in a shared session.
 * A lock that is not there in 3 s is an ALTER TABLE or VACUUM FULL: a session that waits for ACCESS SHARE is in the queue before all that come
 * later, so we leave it soon. A transaction of ours that waits for a minute (this machine fell asleep, Redis is slow) ends, because
 * an open snapshot keeps VACUUM from cleaning.
 * With row_security off a role that does not see all rows gets an error; we read those that it sees and say so (`sql/hiding.ts`).
 * A database in SQL_ASCII holds any bytes. Asked for UTF-8, it would end a statement at the first value that is none (22021).
 */
export function beginSnapshot(statementTimeoutMs: number): string {
  return `begin isolation level repeatable read read only;
    set local statement_timeout = ${String(Math.round(statementTimeoutMs))};
    set local lock_timeout = '3s';
    set local idle_in_transaction_session_timeout = '60s';
    set local timezone = 'UTC';
    set local datestyle = 'ISO';
    set local extra_float_digits = 1;
    set local standard_conforming_strings = on;
    set local row_security = on;
    select set_config('client_encoding', 'SQL_ASCII', true) where current_setting('server_encoding') = 'SQL_ASCII'`;
}

/** PostgreSQL 14 and later notice that we are gone (laptop asleep, editor killed) and end our query by themselves. */
export const WATCH_THE_LINE = `select set_config('client_connection_check_interval', '5s', true)
  where current_setting('server_version_num')::int >= 140000`;
