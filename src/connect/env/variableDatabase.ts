import { Problem } from '../../base/problem';
import { bareUrl } from '../postgres/bareUrl';
import { databasesOf, type Candidate, type Field } from './databaseCandidates';
import { unfilledReference } from './envReferences';
import { parsePostgresUrl, postgresTarget, type PostgresTarget } from '../postgres/postgresUrl';
import { layeredVariables } from '../postgres/libpqVariables';
import { postgresFromVariables } from '../postgres/postgresVariables';

type Variables = Readonly<Record<string, string | undefined>>;

/** A database that variables name, and by which of them. */
export interface NamedDatabase {
  readonly target: PostgresTarget;
  /** For example `DATABASE_URL`, or `POSTGRES_*` for one in parts. */
  readonly by: string;
}

/**
 * The database of a `.env` file, in this order: `DATABASE_URL`; else the names of databaseNames.ts that name host and database, as a URL
 * or in parts; else those that leave the host open, together with a host that stands alone. Of two candidates that mean different
 * databases none is taken: the check would answer for the wrong one.
 * @param place what to call the file in an error
 * @returns undefined when none is named
 * @throws Problem `invalid` when what is named cannot be read, or several are
 */
export function databaseOfEnvFile(variables: Variables, place: string): NamedDatabase | undefined {
  const named = byUrl(variables, place) ?? byCandidates(variables, place);
  if (named) checkFilled(named, place);
  return named;
}

/** The database of the environment: `DATABASE_URL`, else libpq's variables. @throws Problem `invalid` */
export function databaseOfEnvironment(variables: Variables, place: string): NamedDatabase | undefined {
  return byUrl(variables, place) ?? byLibpq(variables, place);
}

function byUrl(variables: Variables, place: string): NamedDatabase | undefined {
  const url = filled(variables.DATABASE_URL);
  if (url === undefined) return undefined;
  const label = `DATABASE_URL (${place})`;
  const missing = /^\$\{?[A-Za-z_]\w*\}?$/.test(bareUrl(url)) ? unfilledReference(url) : undefined;
  if (missing !== undefined) throw notFilled('DATABASE_URL', missing, place);
  return { target: urlTarget('DATABASE_URL', url, variables, label), by: 'DATABASE_URL' };
}

/** Java's form (`jdbc:postgresql://host/database`) keeps user and password in variables of their own. */
function urlTarget(name: string, url: string, variables: Variables, label: string): PostgresTarget {
  const bare = bareUrl(url);
  const layered = layeredVariables(variables);
  if (!bare.includes('://') && /\sdbname\s*=|^dbname\s*=/i.test(bare))
    return postgresTarget(keywords(bare), label, layered);
  const target = parsePostgresUrl(bare.replace(/^jdbc:/i, ''), label, layered);
  if (!/^jdbc:/i.test(bare) || /[?&]user=/.test(bare)) return target;
  const prefix = name.replace(/_UR[LI]$/, '');
  const user = filled(variables[`${prefix}_USERNAME`]) ?? filled(variables[`${prefix}_USER`]);
  const password = filled(variables[`${prefix}_PASSWORD`]);
  return { ...target, ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) };
}

/** `host=… dbname=… user='…'` (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE). */
function keywords(text: string): Record<string, string> {
  const options: Record<string, string> = {};
  for (const [, key = '', quoted, bare = ''] of text.matchAll(/([a-z_]+)\s*=\s*(?:'((?:\\.|[^'\\])*)'|(\S*))/gi))
    options[key.toLowerCase()] = (quoted ?? bare).replace(/\\(.)/g, '$1');
  return options;
}

function byLibpq(variables: Variables, place: string): NamedDatabase | undefined {
  const target = postgresFromVariables(variables, `PG variables (${place})`, process.env);
  return target && { target, by: 'PG*' };
}

function byCandidates(variables: Variables, place: string): NamedDatabase | undefined {
  const found = databasesOf(variables, (name, url) => urlTarget(name, url, variables, `${name} (${place})`));
  const complete = found.filter(({ host, database }) => host && database);
  const hostless = found.filter(({ host, database }) => !host && database);
  const hosts = found.filter(({ host, database }) => host && !database);
  const rest = found.filter(({ host, database }) => !host && !database);
  const [first] = complete;
  if (first) {
    agree(complete, ['host', 'port', 'database', 'user'], place);
    agree([first, ...hostless], ['database'], place);
    return named(first, variables, place, [...hostless, ...rest]);
  }
  const [open] = hostless;
  if (open) {
    agree(hostless, ['port', 'database', 'user'], place);
    agree(hosts, ['host', 'port'], place);
    const [host] = hosts;
    if (!host) checkHostless(open, place);
    return named(open, variables, place, [...hosts, ...hostless.slice(1), ...rest]);
  }
  return byLibpq(variables, place);
}

/** @param more what is asked for a field that the candidate leaves open, in this order */
function named(candidate: Candidate, variables: Variables, place: string, more: readonly Candidate[]): NamedDatabase {
  if (candidate.target) return { target: candidate.target, by: candidate.by };
  const host = candidate.host ?? more.find((other) => other.host)?.host;
  const used = new Set([candidate.by]);
  const take = (name: 'port' | 'user' | 'password', from: readonly Candidate[]): Field | undefined => {
    const other = from.find((one) => one[name]);
    if (candidate[name] || !other) return candidate[name];
    used.add(other.by);
    return other[name];
  };
  const giver = candidate.host ? undefined : more.find((other) => other.host);
  if (giver) used.add(giver.by);
  const user = take('user', more);
  // A password belongs to its user.
  const same = more.filter((other) => other.user === undefined || other.user.value === user?.value);
  const options = {
    host: host?.value,
    // A port belongs to its host.
    port: take('port', giver ? [giver, ...more] : host ? [] : more)?.value,
    dbname: candidate.database?.value,
    user: user?.value,
    password: take('password', same)?.value,
  };
  const by = [...used].join(' and ');
  const layered = layeredVariables(variables);
  if (by === 'PG*') return byLibpq(variables, place) ?? { target: postgresTarget(options, place, layered), by };
  return { target: postgresTarget({ ...options, ...candidate.options }, `${by} (${place})`, layered), by };
}

/** @throws Problem `invalid` naming the variables where two candidates differ in a field that both have */
function agree(
  candidates: readonly Candidate[],
  fields: readonly ('host' | 'port' | 'database' | 'user')[],
  place: string,
): void {
  const [first, ...others] = candidates;
  for (const field of fields)
    for (const other of others) {
      const [one, two] = [first?.[field], other[field]];
      if (!one || !two || comparable(one.value, field) === comparable(two.value, field)) continue;
      throw new Problem(
        'invalid',
        `${place} names different databases, by ${one.variable} and ${two.variable}. Write the one to check as DATABASE_URL=postgresql://user@host:5432/database.`,
      );
    }
}

/** Neon's pooler is a way to the same server (https://neon.com/docs/connect/connection-pooling). */
function comparable(value: string, field: string): string {
  if (field !== 'host') return value;
  return value
    .toLowerCase()
    .replace(/^([^.]+)-pooler(?=\.)/, '$1')
    .replace(/^(127\.0\.0\.1|::1)$/, 'localhost');
}

/** A host under a name that is not known must not become this machine. */
function checkHostless({ by, hostLike }: Candidate, place: string): void {
  const [name] = hostLike;
  if (name === undefined) return;
  throw new Problem(
    'invalid',
    `${by} (${place}) name no host. ${name} looks like one but is not read. Write the host as ${by.replace(/\*$/, 'HOST')}.`,
  );
}

/** @throws Problem `invalid` where a `$NAME` was left as it is in a part that is no password */
function checkFilled({ target, by }: NamedDatabase, place: string): void {
  const { host, database, user } = target;
  const missing = [host, database, user].map(unfilledReference).find((name) => name !== undefined);
  if (missing !== undefined) throw notFilled(by, missing, place);
  // `$DB_PASSWORD` alone is no password that anybody has.
  const password = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Z][A-Z\d]*_[A-Z\d_]+))$/.exec(target.password ?? '');
  if (password) throw notFilled(by, password[1] ?? password[2] ?? '', place);
}

function notFilled(by: string, name: string, place: string): Problem {
  return new Problem(
    'invalid',
    `${by} (${place}) refers to ${name}, which is not set there or is in single quotes. Write its value.`,
  );
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
