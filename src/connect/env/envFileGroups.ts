import { Problem } from '../../base/problem';
import { mergeEnvFiles, type EnvVariables } from './envFile';
import { postgresAddress } from '../postgres/postgresUrl';
import { isBroken, profileFromVariables, type ProfileEntry } from '../profile';

/** A `.env` file that was read. */
export interface EnvFileText {
  /** What tells its folder from every other one. */
  readonly folder: string;
  /** Its name in the folder. */
  readonly name: string;
  /** As people call it: `.env`, `backend/.env`. */
  readonly place: string;
  /** What tells it from every other file. */
  readonly key: string;
  readonly variables: EnvVariables;
}

/** Files that make one connection, or none. */
export interface EnvFileGroup<File extends EnvFileText> {
  readonly files: readonly File[];
  /** Undefined where they name no database. */
  readonly entry: ProfileEntry | undefined;
}

/** Words of a file's name that say what is in it, and not for which environment it is. */
const CONTENTS = new Set(
  (
    'env envs db database databases postgres postgresql pg psql sql redis valkey broker rabbitmq celery celerybeat ' +
    'beat worker workers flower django web app api server backend common base shared secret secrets vars'
  ).split(' '),
);
/** Variables that say where something is. */
const HOST = /HOST|SERVER|ENDPOINT|ADDR|SOCKET|INSTANCE|UR[LI]$|DSN$|CONNECTION_?STRING$/;
const ADDRESS = /POSTGRES|^PG|PSQL|DB|DATABASE|SQL|REDIS|VALKEY|BROKER|CELERY|RESULT|AMQP|RABBIT/;

/**
 * Which files make one connection together: cookiecutter-django has the database in `.envs/.local/.postgres` and the Redis in
 * `.envs/.local/.django`, docker compose takes a list of files. Files belong together when they are in one folder and, but for words such as
 * `db` and `redis`, have one name, so that what is of production never completes what is not. `.env.local` overrides `.env` where it names
 * no database of its own, as is the custom. Files that name different databases stay apart, and so do files of which one would change
 * what another says.
 * @param files in the order of their weight: where one may override another, the later counts
 */
export function groupEnvFiles<File extends EnvFileText>(files: readonly File[]): EnvFileGroup<File>[] {
  const buckets = new Map<string, File[]>();
  for (const file of files) {
    const key = JSON.stringify([file.folder, environmentOf(overridden(file, files) ?? file.name)]);
    buckets.set(key, [...(buckets.get(key) ?? []), file]);
  }
  return [...buckets.values()].flatMap(groupsOf);
}

/** The name of the file that this one overrides: of `.env.local` that of `.env`, where that is there and this names no database. */
function overridden(file: EnvFileText, files: readonly EnvFileText[]): string | undefined {
  const base = file.name.replace(/\.local$/, '');
  const there = base !== file.name && files.some(({ folder, name }) => folder === file.folder && name === base);
  return there && !hasDatabase(ownEntry(file)) ? base : undefined;
}

/** What is left of a name without the words for its contents: `prod` of `.env.prod.db`. */
function environmentOf(name: string): string {
  const words = name.toLowerCase().split(/[._-]+/);
  return words.filter((word) => word !== '' && !CONTENTS.has(word)).join(' ');
}

function groupsOf<File extends EnvFileText>(files: readonly File[]): EnvFileGroup<File>[] {
  const apart = files.map((file) => ({ files: [file], entry: ownEntry(file) }));
  if (files.length === 1) return apart;
  const own = apart.filter(({ entry }) => hasDatabase(entry));
  const together = joined(files, own.flatMap(({ files: of }) => of)[0]);
  const whole = together?.entry;
  const usable = whole !== undefined && !isBroken(whole);
  const [only, another] = own;
  // What is missing in a broken one may be in the other file; of two databases none may vanish behind the other.
  const fits = another ? own.every((group) => isPartOf(group, whole)) : usable || !only?.entry || isBroken(only.entry);
  if (together && fits) return [together];
  return apart.map((group) =>
    hasDatabase(group.entry) ? group : { ...group, entry: left(group.files[0], own) ?? group.entry },
  );
}

/** Whether the database of one file is the one of all together. */
function isPartOf({ files, entry }: EnvFileGroup<EnvFileText>, together: ProfileEntry | undefined): boolean {
  if (!together || isBroken(together)) return false;
  // What it lacks stands in another file.
  if (!entry || isBroken(entry)) return true;
  const [own, all] = [entry.database, together.database];
  const namesHost = files.some(({ variables }) =>
    Object.keys(variables).some((name) => HOST.test(name) && variables[name]),
  );
  return own.database === all.database && (!namesHost || postgresAddress(own) === postgresAddress(all));
}

/** @returns undefined where two of the files give one variable different values, unless one is there to override the other */
function joined<File extends EnvFileText>(
  files: readonly File[],
  main: File | undefined,
): EnvFileGroup<File> | undefined {
  const overriding = files.filter(({ name }) => files.some((other) => name === `${other.name}.local`));
  const others = files.filter((file) => !overriding.includes(file));
  const values = new Map<string, string>();
  for (const { variables } of others)
    for (const [name, value = ''] of Object.entries(variables)) {
      if (value.trim() === '' || !ADDRESS.test(name)) continue;
      if ((values.get(name) ?? value) !== value) return undefined;
      values.set(name, value);
    }
  const ordered = [...others, ...overriding];
  const first = main ?? ordered[0];
  if (!first) return undefined;
  const used = [first, ...ordered.filter((file) => file !== first)];
  const place = [first.place, ...used.slice(1).map(({ name }) => name)].join(' + ');
  const variables = mergeEnvFiles(ordered.map((file) => file.variables));
  return { files: used, entry: profileFromVariables(variables, 'env-file', place, first.key) };
}

/** Why a file without a database completes none. */
function left(
  file: EnvFileText | undefined,
  databases: readonly EnvFileGroup<EnvFileText>[],
): ProfileEntry | undefined {
  const says = file && Object.keys(file.variables).some((name) => ADDRESS.test(name));
  if (!says) return undefined;
  const places = databases.flatMap(({ files }) => files.map(({ place }) => place));
  const why = `${file.place} names no database and matches none of the files beside it (${places.join(', ')}): they name several databases, or contradict it. Put what belongs together into one file.`;
  return {
    id: `env-file:${file.key}`,
    name: file.place,
    origin: 'env-file',
    problem: new Problem('invalid', why),
    hint: true,
  };
}

function ownEntry({ variables, place, key }: EnvFileText): ProfileEntry | undefined {
  return profileFromVariables(variables, 'env-file', place, key);
}

/** Whether a connection is named there, be it one that can be used or not. */
function hasDatabase(entry: ProfileEntry | undefined): boolean {
  return entry !== undefined && !(isBroken(entry) && entry.hint);
}
