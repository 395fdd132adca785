type Setting = readonly [name: string, value: string];

/** What an `options=` of a URL or PGOPTIONS asks of the server. */
export interface ServerOptions {
  /** Words that are no setting of PostgreSQL: a proxy or pooler in between routes by them. Sent on in the start-up message as they are. */
  readonly routing: readonly string[];
  /** PostgreSQL's own settings that decide what is read: they are made in the transaction. */
  readonly settings: readonly Setting[];
  /** Settings of an application (with a dot), which row security may look at. */
  readonly applicationSettings: readonly Setting[];
  /** The rest, as names for a sentence. */
  readonly unused: readonly string[];
}

/** Settings that decide which rows a query gets. */
const DECIDING = /^(search_path|role|row_security)$/i;
const OF_APPLICATION = /^[a-z_][\w$]*\.[\w.$]+$/i;
/** What the check sets itself, and what changes no answer. */
const OURS =
  /^((default_)?transaction_(read_only|isolation|deferrable)|(statement|lock|transaction|idle_\w+)_timeout|timezone|datestyle|intervalstyle|extra_float_digits|client_encoding|client_min_messages|application_name|standard_conforming_strings|work_mem|jit|enable_\w+|tcp_\w+|geqo\w*)$/i;
/** `endpoint=ep-cool-1` and `project=…` of Neon, `reference=…` of Supabase. */
const PLAIN_ROUTING = /^[a-z_][\w.-]*=\S*$/i;
/** `--cluster=shop-12` of CockroachDB; other words with two dashes are settings. */
const ROUTING_NAMES = /^(cluster|endpoint|project|reference|tenant|branch|database|shard|pool)$/i;

/**
 * Reads the words of `options` by the server's rules (postinit.c, `pg_split_opts`: white space separates, a backslash keeps the next
 * character). Words that could make the server do more than read are never sent.
 */
export function readServerOptions(text: string | undefined): ServerOptions {
  const routing: string[] = [];
  const settings: Setting[] = [];
  const applicationSettings: Setting[] = [];
  const unused: string[] = [];
  for (const option of optionsOf(text ?? '')) {
    const { name, value, dashes } = option;
    if (name === undefined) unused.push(option.word);
    else if (!dashes && PLAIN_ROUTING.test(option.word)) routing.push(escapeWord(option.word));
    else if (option.long && ROUTING_NAMES.test(name)) routing.push(escapeWord(option.word));
    else if (DECIDING.test(name)) settings.push([name.toLowerCase(), value]);
    else if (OF_APPLICATION.test(name)) applicationSettings.push([name, value]);
    else if (!OURS.test(name)) unused.push(`-c ${name}`);
  }
  return { routing, settings: lastOfEach(settings), applicationSettings, unused };
}

/** A setting as a word of the start-up message. */
export function startUpWord([name, value]: Setting): string {
  return `-c ${escapeWord(`${name}=${value}`)}`;
}

interface Option {
  /** As it may be shown: without a value. */
  readonly word: string;
  readonly name?: string;
  readonly value: string;
  readonly dashes: boolean;
  readonly long: boolean;
}

function* optionsOf(text: string): Generator<Option> {
  const words = [...text.matchAll(/(?:\\[\s\S]|[^\s\\])+/g)].map(([word]) => word.replace(/\\([\s\S])/g, '$1'));
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const short = /^-c([\s\S]*)$/.exec(word)?.[1];
    const long = /^--([\s\S]*)$/.exec(word)?.[1];
    const assignment = short === '' ? (words[++at] ?? '') : (short ?? long ?? word);
    const [, name, value = ''] = /^([A-Za-z_][\w.$-]*)=([\s\S]*)$/.exec(assignment) ?? [];
    // The server takes a dash in a name for an underscore.
    const setting = name?.replaceAll('-', '_');
    yield {
      word: name === undefined ? (/^-[A-Za-z]/.exec(word)?.[0] ?? 'a word') : word,
      ...(setting === undefined ? {} : { name: setting }),
      value,
      dashes: short !== undefined || long !== undefined,
      long: long !== undefined,
    };
  }
}

function lastOfEach(settings: readonly Setting[]): Setting[] {
  return [...new Map(settings)];
}

function escapeWord(word: string): string {
  return word.replace(/[\s\\]/g, '\\$&');
}
