import type { TestDatabase } from './database';

/** Lets a server take up what was changed; it does so within a moment, without a word. */
async function reload(database: TestDatabase): Promise<void> {
  await database.run('select pg_reload_conf()');
  await new Promise((resolve) => setTimeout(resolve, 300));
}

/** Puts lines of pg_hba.conf before the server's own while `work` runs. */
export async function withRules(
  database: TestDatabase,
  lines: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const file = await database.value('show hba_file');
  const rules = (await database.value('select pg_read_file($1)', [file])) ?? '';
  const write = async (text: string): Promise<void> => {
    const kept = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const rows = kept.map((line) => `(E'${line.replace(/\t/g, ' ').replaceAll('\\', '').replaceAll("'", "''")}')`);
    await database.run(`copy (values ${rows.join(', ')}) to '${file!}'`);
    await reload(database);
  };
  await write([...lines, rules].join('\n'));
  try {
    await work();
  } finally {
    await write(rules);
  }
}

/** Gives the server other settings while `work` runs; only such that need no restart. */
export async function withSettings(
  database: TestDatabase,
  settings: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await database.run(`alter system set ${name} = '${value}'`);
  await reload(database);
  try {
    await work();
  } finally {
    for (const name of Object.keys(settings)) await database.run(`alter system reset ${name}`);
    await reload(database);
  }
}

/** Writes a file into the server's data folder, readable by the server only, as it wants its key. @returns its name there */
export async function writeServerFile(database: TestDatabase, name: string, text: string): Promise<string> {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => `('${line.trim()}')`);
  await database.run(`copy (values ${rows.join(', ')}) to program 'umask 077; cat > "${name}"'`);
  return name;
}
