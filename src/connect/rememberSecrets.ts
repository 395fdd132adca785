import { rememberSecret } from '../base/secrets';
import { BETWEEN_URLS, credentials, decode, MAX_URL, splitUserInfo } from '../wire/urlParts';
import { isPasswordOption } from './postgres/withoutPassword';

/** Fields of a target that hold a secret: of the server, of Sentinel, of a key file. */
const SECRET_FIELD = /(password|passphrase)$/i;
/** Fields that are shown in any case. */
const NAME_FIELD = /^(user|host|database)$/i;
/** Variables whose whole value is a secret: `PGPASSWORD`, `DB_PASSWORD`, `SECRET_KEY`, `MAIL_TOKEN`. */
const SECRET_VARIABLE = /(password|passwd|passphrase|secret|secret_?key|token|api_?key|private_?key)$/i;
/** Shorter values of such variables are switches or placeholders. PostgreSQL's own are passwords at any length. */
const MIN_VARIABLE = 4;

/**
 * Notes the secrets of a server that is about to be opened, wherever they came from.
 * @param target as `postgresUrl.ts` and `redisUrl.ts` make them; every field named like a password counts, at any depth
 */
export function rememberTarget(target: object): void {
  const fields = allFields(target);
  const names = fields.filter(([name]) => NAME_FIELD.test(name)).map(([, value]) => value);
  for (const [name, value] of fields) if (SECRET_FIELD.test(name)) rememberSecret(value, names);
}

/** Notes the passwords of a connection URL, decoded (the encoded forms follow), also of one that cannot be used. Never throws. */
export function rememberUrl(url: string): void {
  // Longer than any that is used.
  if (url.length > MAX_URL) return;
  for (const one of url.trim().split(BETWEEN_URLS)) rememberServer(one);
}

/** Notes what is secret among variables of the environment or of a `.env` file: passwords of URLs, and values by their names. */
export function rememberVariables(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(variables)) {
    if (value.includes('://')) rememberUrl(value);
    else if (/^PG(SSL)?PASSWORD$/.test(name) || (SECRET_VARIABLE.test(name) && value.length >= MIN_VARIABLE))
      rememberSecret(value);
  }
}

function rememberServer(url: string): void {
  const start = url.indexOf('://');
  if (start < 0) return;
  const text = url.slice(start + 3);
  const { userInfo, rest } = splitUserInfo(text);
  // No host can be read: what comes before the last @ may hold a password all the same.
  const written = userInfo === '' ? text.slice(0, Math.max(0, text.lastIndexOf('@'))) : userInfo;
  const { user, password } = credentials(written);
  const [address = '', options = ''] = rest.split(/\?(.*)/s);
  const [host = '', path = ''] = address.split(/\/(.*)/s);
  const names = [user, decode(host.replace(/:\d*$/, '')), decode(path)];
  rememberSecret(password, names);
  for (const option of options.split('&').filter(isPasswordOption)) {
    rememberSecret(decode(option.slice(option.indexOf('=') + 1)), names);
  }
}

function allFields(value: object): [name: string, value: string][] {
  return Object.entries(value).flatMap(([name, field]: [string, unknown]): [string, string][] => {
    if (typeof field === 'string') return [[name, field]];
    return typeof field === 'object' && field !== null ? allFields(field) : [];
  });
}
