import { quoteIdentifier } from '../sql/identifiers';
import { TABLE_KINDS } from '../tables';
import type { Diagnosis } from '../model/diagnosis';

/** Takes the names of servers, databases and connections out of a text. */
export type Hide = (text: string) => string;

interface Known {
  readonly name: string;
  readonly placeholder: string;
  /** Whether it is often a part of a dotted name too, where it names no server: a package called as the database. */
  readonly dotted: boolean;
}

/**
 * Makes what hides every name of a machine or a database that a Diagnosis knows, and whatever else looks like an address.
 * @param connection what the person calls the connection
 */
export function hideNames(
  { infrastructure, sources }: Pick<Diagnosis, 'infrastructure' | 'sources'>,
  connection: string | null,
): Hide {
  const { postgres, redis, resultsRedis, broker, workers = [] } = infrastructure;
  const addresses = [postgres.address, redis?.address, resultsRedis?.address, broker?.address].filter(
    (each) => each !== undefined,
  );
  const known: Known[] = [
    ...addresses.map((name) => ({ name, placeholder: '(address)', dotted: false })),
    ...addresses.map((address) => ({ name: hostOf(address), placeholder: '(host)', dotted: false })),
    { name: databaseOf(postgres.address), placeholder: '(database)', dotted: true },
    { name: databaseOf(broker?.address ?? ''), placeholder: '(virtual host)', dotted: true },
    { name: broker?.user ?? '', placeholder: '(user)', dotted: true },
    ...workers.map(({ name }) => ({ name, placeholder: '(worker)', dotted: false })),
    ...workers.map(({ name }) => ({ name: name.split('@')[1] ?? '', placeholder: '(host)', dotted: false })),
    { name: connection ?? '', placeholder: '(connection)', dotted: true },
    ...sources
      .flatMap(({ gaps = [] }) => gaps)
      .flatMap(({ says }) => [...says.matchAll(QUOTED_NAME)])
      .filter(([name]) => !KEPT_NAMES.includes(name))
      .map(([name]) => ({ name, placeholder: '(name)', dotted: false })),
  ];
  const patterns = known
    // A Redis database is a number, and so is much else.
    .filter(({ name }) => name.length > 1 && !/^\d+$/.test(name) && !OUR_WORDS.has(name.toLowerCase()))
    .sort((a, b) => b.name.length - a.name.length)
    .map(({ name, placeholder, dotted }) => ({ pattern: standingAlone(name, dotted), placeholder }));
  return (text) => {
    let hidden = text;
    for (const { pattern, placeholder } of patterns) hidden = hidden.replace(pattern, placeholder);
    for (const [pattern, placeholder] of ADDRESSES)
      hidden =
        typeof placeholder === 'string' ? hidden.replace(pattern, placeholder) : hidden.replace(pattern, placeholder);
    return hidden;
  };
}

/** Names that servers often have, and that our own sentences use: they give nothing away, and without them no sentence says anything. */
const OUR_WORDS = new Set(
  'redis worker workers broker celery db database postgres postgresql task tasks app web default local localhost server queue results cache host'.split(
    ' ',
  ),
);

/** `10:42:05` is a time and no address. */
function hideIpv6(found: string): string {
  return /^\d{1,2}(:\d{2}){1,2}$/.test(found) ? found : '(address)';
}

/** A schema, a table or a role in what a source could not tell. The table of a library, and the schema that every database has, stay. */
const QUOTED_NAME = /"(?:[^"]|"")+"/g;
const KEPT_NAMES: readonly string[] = ['public', ...TABLE_KINDS.map(({ table }) => table)].map(quoteIdentifier);

/** Servers that could not be reached are named nowhere but in a sentence. */
const ADDRESSES: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [
    // But for the documentation that recommendations link to (verdicts/advice/links.ts), and our own pages.
    /\b(?!https:\/\/(docs\.celeryq\.dev|redis\.io|www\.postgresql\.org|docs\.djangoproject\.com|github\.com\/celery-task-diagnostics)\/)[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]]+/gi,
    '(address)',
  ],
  // OpenSSL about a certificate: `Host: a.example. is not in the cert's altnames: DNS:*.b.example`.
  [/\b(Host: |DNS:|IP Address:)[*\w.:-]*\w/g, '$1(host)'],
  [/\[[0-9a-f:.]*:[0-9a-f:.]*\](:\d+)?(\/[\w.-]+)?/gi, '(address)'],
  [/(?<![\w:.])(?=[0-9a-f:]*:[0-9a-f]*:)[0-9a-f]*(:[0-9a-f]*){2,}(?![\w:])/gi, hideIpv6],
  [/(?<![\w.])\d{1,3}(\.\d{1,3}){3}(:\d+)?(\/[\w.-]+)?(?![\w])/g, '(address)'],
  [/(?<![\w.:/-])(?=[\w.-]*[a-z])[a-z0-9][\w.-]*:\d{2,5}(\/[\w.-]+)?(?!\w)/gi, '(address)'],
  [/\b(TO|ROLE) "(?:[^"]|"")*"/gi, '$1 (role)'],
  [/(?<![\w.-])[\w.-]+@[a-z0-9][\w.-]*(?<!\.)/gi, '(worker)'],
];

function standingAlone(name: string, dotted: boolean): RegExp {
  const escaped = name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  const before = dotted ? '(?<![\\w])(?<!\\w\\.)' : '(?<!\\w)';
  const after = dotted ? '(?!\\w)(?!\\.\\w)' : '(?!\\w)';
  return new RegExp(`${before}${escaped}${after}`, 'gi');
}

/** `db.example:5432/app`, `[::1]:5432/app`, `/var/run/postgresql:5432/app` */
function hostOf(address: string): string {
  return /^(.*):\d+(\/.*)?$/.exec(address)?.[1] ?? '';
}

function databaseOf(address: string): string {
  return /:\d+\/(.*)$/.exec(address)?.[1] ?? '';
}
