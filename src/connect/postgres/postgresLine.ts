import { echo } from '../../base/quoteInput';
import { Problem } from '../../base/problem';
import { filledVariable, LIBPQ_VARIABLES, type Variables } from './libpqVariables';
import { canonicalName, WrittenOptions } from '../writtenOptions';

/** libpq's meanings: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** How the line to the server must be protected. */
export interface LineWish {
  readonly sslMode: SslMode;
  /** What asked for TLS where that was not `sslmode`, for a sentence: `ssl=true`, `PGSSLMODE=require`. */
  readonly tlsAskedBy?: string;
  /** Whether the password must be bound to the certificate of the line, or is bound where the server can do it. */
  readonly channelBinding?: 'require' | 'prefer';
  /** TLS begins with the first byte (PostgreSQL 17). */
  readonly sslNegotiation?: 'direct';
}

/** One place that says something of TLS. */
interface Ask {
  readonly name: string;
  /** As a sentence shows it. */
  readonly shown: string;
  readonly mode: SslMode;
  /** TLS is refused, not only not asked for. */
  readonly against: boolean;
  /** It says what PGSSLMODE would say; a certificate or channel binding alone leaves the mode open. */
  readonly ofMode: boolean;
}

/** Names under which drivers take a yes or no, or a word of sslmode (asyncpg, pg8000, node-postgres, JDBC, libpq before 8.0, Go). */
const SWITCHES: ReadonlySet<string> = new Set(
  'ssl tls usessl usetls requiressl sslrequire sslrequired requiretls tlsrequire tlsrequired enablessl sslenabled encrypt secure'.split(
    ' ',
  ),
);
/** What says how TLS is done, and not whether. */
const DETAILS: ReadonlySet<string> = new Set(
  'sslrootcert sslcert sslkey sslpassword sslcrl sslcrldir sslcompression sslsni sslcertmode sslkeylogfile sslminprotocolversion sslmaxprotocolversion'.split(
    ' ',
  ),
);
const YES = /^(|1|t|true|y|yes|on|enabled?|required?|no-?verify|skip-verify)$/;
const NO = /^(0|f|false|n|no|none|off|disabled?)$/;
/** Words of other drivers for libpq's modes; node-postgres and Heroku have `no-verify` for TLS without a check. */
const OTHER_WORDS: Readonly<Record<string, SslMode>> = {
  'no-verify': 'require',
  'verify-identity': 'verify-full',
  preferred: 'prefer',
};
/** libpq's own options of the line, which have variables. */
const LIBPQ_OPTIONS = ['sslmode', 'requiressl', 'channel_binding', 'sslnegotiation', 'gssencmode'] as const;
type LibpqOption = (typeof LIBPQ_OPTIONS)[number];

/**
 * Reads what a URL asks of the line, in any form that is known, and what variables add where the URL leaves it open. Whatever asks for
 * TLS gets it: the strictest counts, and what contradicts itself or cannot be read is refused, so that no line is open by mistake.
 * @param label what to call the options in an error
 * @throws Problem `invalid`, one sentence
 */
export function readLine(options: WrittenOptions, variables: Variables, label: string): LineWish {
  const own = asksOf(options, label);
  refuseUnknown(options, own, label);
  const lent = lentAsks(options, own, variables);
  const strongest = [...own, ...lent]
    .filter(forTls)
    .reduce<Ask | undefined>((most, ask) => (most && rank(most.mode) >= rank(ask.mode) ? most : ask), undefined);
  // A variable against TLS does not weaken a URL that asks for it.
  const against = [...own, ...(own.some(forTls) ? [] : lent)].find((ask) => ask.against);
  if (strongest && against) {
    throw new Problem(
      'invalid',
      `${label} requires TLS (${strongest.shown}) and forbids it (${against.shown}). Keep one of the two.`,
    );
  }
  refuseWeakMode(options, own, variables, label);
  refuseGss(options, variables, label);
  const binding = word(options, variables, 'channel_binding', ['disable', 'prefer', 'require'], label);
  const direct = word(options, variables, 'sslnegotiation', ['postgres', 'direct'], label) === 'direct' && !against;
  return {
    sslMode: strongest?.mode ?? weakMode([...own, ...lent]),
    ...(strongest && strongest.shown !== `sslmode=${strongest.mode}` ? { tlsAskedBy: strongest.shown } : {}),
    ...(binding === 'require' || binding === 'prefer' ? { channelBinding: binding } : {}),
    ...(direct ? { sslNegotiation: 'direct' } : {}),
  };
}

/** What the variables alone ask of a line; no mode where they say nothing of it. @throws Problem where they cannot be read */
export function lineOfVariables(variables: Variables): Partial<LineWish> {
  const { sslMode, ...wish } = readLine(new WrittenOptions([]), variables, 'The environment');
  const said = wish.tlsAskedBy !== undefined || filledVariable(variables, LIBPQ_VARIABLES.sslmode) !== undefined;
  return said ? { ...wish, sslMode } : wish;
}

function forTls({ mode }: Ask): boolean {
  return rank(mode) >= rank('require');
}

/** From the weakest to the strictest. */
export function rank(mode: SslMode): number {
  return SSL_MODES.indexOf(mode);
}

/** Where nothing asks for TLS: the last word of sslmode, else libpq's standard. */
function weakMode(asks: readonly Ask[]): SslMode {
  return asks.findLast(({ name }) => name === 'sslmode')?.mode ?? 'prefer';
}

/** @param variable the one that the only option comes from, for a sentence */
function asksOf(options: WrittenOptions, label: string, variable?: string): Ask[] {
  const asks = options.all().flatMap(({ name, written, value }): Ask[] => {
    const shown = `${variable ?? echo(written)}=${echo(value)}`;
    const ask = (mode: SslMode, more: Partial<Ask> = {}): Ask[] => [
      { name, shown, mode, against: false, ofMode: true, ...more },
    ];
    const text = value.trim().toLowerCase().replaceAll('_', '-');
    if (name === 'sslmode') {
      const mode = modeOf(text);
      if (mode === undefined) throw choose(label, shown, SSL_MODES);
      return ask(mode, { against: mode === 'disable' });
    }
    if (SWITCHES.has(name)) {
      if (NO.test(text)) return ask('prefer', { against: true });
      const mode = YES.test(text) ? 'require' : modeOf(text);
      if (mode === undefined) throw choose(label, shown, ['true', 'false', ...SSL_MODES]);
      return ask(mode);
    }
    if (name === 'sslaccept') {
      if (text === 'strict') return ask('verify-full', { ofMode: false });
      if (text === 'accept-invalid-certs') return ask('require', { ofMode: false });
      throw choose(label, shown, ['strict', 'accept_invalid_certs']);
    }
    if (name === 'channelbinding' && text === 'require') return ask('require', { ofMode: false });
    if (name === 'sslnegotiation' && text === 'direct') return ask('require', { ofMode: false });
    if (name === 'sslrootcert' && value === 'system') return ask('verify-full', { ofMode: false });
    return [];
  });
  return [...asks, ...certificateAsk(options, asks)];
}

/** node-postgres takes a root certificate as a request for TLS, libpq does not: without a mode beside it, it must not be left unchecked. */
function certificateAsk(options: WrittenOptions, asks: readonly Ask[]): Ask[] {
  const written = options.last('sslrootcert');
  if (written === undefined || written === 'system' || asks.some(({ ofMode }) => ofMode)) return [];
  return [{ name: 'sslrootcert', shown: 'sslrootcert', mode: 'require', against: false, ofMode: false }];
}

/** What variables say of what the options leave open. */
function lentAsks(options: WrittenOptions, own: readonly Ask[], variables: Variables): Ask[] {
  const modeSaid = own.some(({ ofMode }) => ofMode);
  const lent = [...LIBPQ_OPTIONS, 'sslrootcert' as const].flatMap((option) => {
    const value = filledVariable(variables, LIBPQ_VARIABLES[option]);
    const ofMode = option === 'sslmode' || option === 'requiressl' || option === 'sslrootcert';
    const said = (ofMode && modeSaid) || options.last(option) !== undefined;
    // A file of root certificates is for the lines that have TLS.
    return value === undefined || said || (option === 'sslrootcert' && value !== 'system') ? [] : [{ option, value }];
  });
  // libpq: PGREQUIRESSL is of old, and PGSSLMODE goes before it.
  const kept = lent.filter(
    ({ option }) => option !== 'requiressl' || !lent.some((other) => other.option === 'sslmode'),
  );
  // A way to begin TLS asks for nothing where the URL wants none.
  const used = kept.filter(({ option }) => option !== 'sslnegotiation' || !own.some(({ against }) => against));
  return used.flatMap(({ option, value }) => {
    return asksOf(new WrittenOptions([[option, value]]), 'The environment', LIBPQ_VARIABLES[option]);
  });
}

/** A name of TLS that nobody here knows may ask for it. Where the mode is said, it cannot make the line weaker. */
function refuseUnknown(options: WrittenOptions, own: readonly Ask[], label: string): void {
  if (own.some(({ ofMode }) => ofMode)) return;
  const unknown = options
    .all()
    .find(({ name, written }) => /^(ssl|tls)[\w-]{0,40}$/i.test(written) && !DETAILS.has(name) && !isOfLine(name));
  if (!unknown) return;
  throw new Problem(
    'invalid',
    `${label} has ${unknown.written}, an unknown option that may require TLS. Write sslmode=require, or sslmode=prefer if an unencrypted connection is acceptable.`,
  );
}

/** As in libpq: anyone can have a certificate of a public authority, so without the name it proves nothing. */
function refuseWeakMode(options: WrittenOptions, own: readonly Ask[], variables: Variables, label: string): void {
  const roots = options.last('sslrootcert') ?? filledVariable(variables, LIBPQ_VARIABLES.sslrootcert);
  const weak = own.find(({ name, mode }) => name === 'sslmode' && mode !== 'verify-full');
  if (roots !== 'system' || !weak) return;
  throw new Problem('invalid', `${label} combines sslrootcert=system with ${weak.shown}. Use sslmode=verify-full.`);
}

/** The driver has no GSSAPI. */
function refuseGss(options: WrittenOptions, variables: Variables, label: string): void {
  if (word(options, variables, 'gssencmode', ['disable', 'prefer', 'require'], label) !== 'require') return;
  throw new Problem(
    'invalid',
    `${label} requires GSSAPI encryption (gssencmode=require), which isn't supported. Use sslmode=require, or another connection for the check.`,
  );
}

/** The value of an option or, where it is not said, of its variable. @throws Problem `invalid` for any other, and for two */
function word<Word extends string>(
  options: WrittenOptions,
  variables: Variables,
  option: LibpqOption,
  words: readonly Word[],
  label: string,
): Word | undefined {
  const written = options.every(option);
  const variable = filledVariable(variables, LIBPQ_VARIABLES[option]);
  const values = written.length === 0 && variable !== undefined ? [variable] : written;
  const [found, ...others] = new Set(
    values.map((value) => {
      const known = words.find((one) => one === value.trim().toLowerCase());
      if (known !== undefined) return known;
      if (written.length > 0) throw choose(label, `${option}=${echo(value)}`, words);
      throw choose('The environment', `${LIBPQ_VARIABLES[option]}=${echo(value)}`, words);
    }),
  );
  if (others.length === 0) return found;
  throw new Problem('invalid', `${label} has two values of ${option}. Keep one of them.`);
}

function modeOf(text: string): SslMode | undefined {
  return SSL_MODES.find((mode) => mode === text) ?? OTHER_WORDS[text];
}

function choose(label: string, shown: string, words: readonly string[]): Problem {
  return new Problem('invalid', `${label} has ${shown}. Use one of ${words.join(', ')}.`);
}

/** Whether a name alone, without a value, asks for TLS. */
export function isSwitch(name: string): boolean {
  return SWITCHES.has(canonicalName(name));
}

/** Whether an option is one of this file. @param name as `canonicalName` gives it */
export function isOfLine(name: string): boolean {
  return SWITCHES.has(name) || name === 'sslaccept' || LIBPQ_OPTIONS.some((option) => canonicalName(option) === name);
}
