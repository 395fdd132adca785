import * as vscode from 'vscode';
import { parsePostgresUrl, postgresAddress, postgresSecretKey, type PostgresTarget } from '../connection/postgresUrl';
import { parseRedisUrl, redisSecretKey } from '../connection/redisUrl';
import { withoutPassword } from '../connection/withoutPassword';
import { Problem } from '../diagnosis/problem';
import { toProblem } from '../editor/problems';
import { tableSetting } from '../editor/settings';
import { testDatabase } from '../editor/testConnection';
import { cancellable } from './cancellable';
import { addToSettings, connectionNames } from './connectionSettings';
import type { Services } from './services';
import { validate } from './validate';

const TITLE = 'Add Connection';

/**
 * Asks for a database (and a Redis, if there is one), tries it, and keeps it: the address in the user's settings, passwords
 * in the secret storage. Escape at any step keeps nothing.
 */
export async function addConnection({ connections }: Services): Promise<void> {
  const databaseUrl = await ask({
    prompt: 'Database URL, with or without a password: it is kept in the secret storage',
    placeHolder: 'postgresql://user@host:5432/database',
    parse: (text) => parsePostgresUrl(text, 'This'),
  });
  if (databaseUrl === undefined) return;
  const database = await withPassword(parsePostgresUrl(databaseUrl, 'The database URL'));
  if (!database) return;
  const redisUrl = await ask({
    prompt: 'Redis URL of the result backend and broker; empty if there is none',
    placeHolder: 'redis://host:6379/0',
    parse: (text) => (text.trim() === '' ? undefined : parseRedisUrl(text, 'This')),
  });
  if (redisUrl === undefined) return;
  const taken = connectionNames();
  const name = await ask({
    prompt: 'What to call this connection',
    value: database.database,
    parse: (text) => {
      nameProblem(text.trim(), taken);
    },
  });
  const words = name === undefined ? undefined : await worksOrWanted(database);
  if (name === undefined || words === undefined) return;

  if (database.password !== undefined) await connections.storePassword(postgresSecretKey(database), database.password);
  const redis = redisUrl.trim() === '' ? undefined : parseRedisUrl(redisUrl, 'The Redis URL');
  if (redis?.password !== undefined) await connections.storePassword(redisSecretKey(redis), redis.password);
  const entry = {
    name: name.trim(),
    databaseUrl: withoutPassword(databaseUrl),
    ...(redis ? { redisUrl: withoutPassword(redisUrl) } : {}),
  };
  await addToSettings(entry);
  await connections.select({ id: `settings:${entry.name}` });
  void vscode.window.showInformationMessage(`The connection ${entry.name} was added. ${words}`);
}

interface Question {
  readonly prompt: string;
  readonly placeHolder?: string;
  readonly value?: string;
  readonly parse: (text: string) => unknown;
}

async function ask({ parse, ...question }: Question): Promise<string | undefined> {
  const validateInput = validate(parse);
  return await vscode.window.showInputBox({ title: TITLE, ignoreFocusOut: true, validateInput, ...question });
}

async function withPassword(target: PostgresTarget): Promise<PostgresTarget | undefined> {
  if (target.password !== undefined) return target;
  const password = await vscode.window.showInputBox({
    title: TITLE,
    prompt: `Password of ${target.user} at ${postgresAddress(target)}; empty if none is needed`,
    password: true,
    ignoreFocusOut: true,
  });
  if (password === undefined) return undefined;
  return password === '' ? target : { ...target, password };
}

function nameProblem(name: string, taken: readonly string[]): void {
  if (name === '') throw new Problem('invalid', 'A connection needs a name.');
  if (taken.includes(name)) {
    throw new Problem('invalid', `There is a connection called ${name} already: choose another name.`);
  }
}

/**
 * Tests before saving; a database that is only down just now can be kept all the same.
 * @returns what the test found, in a sentence; undefined when the person does not want to keep it
 */
async function worksOrWanted(database: PostgresTarget): Promise<string | undefined> {
  try {
    return await cancellable(`Trying ${postgresAddress(database)}...`, (signal) =>
      testDatabase(database, tableSetting(), signal),
    );
  } catch (error) {
    const { kind, message } = toProblem(error);
    if (kind === 'cancelled') return undefined;
    const answer = await vscode.window.showWarningMessage(message, { modal: true }, 'Keep It Anyway');
    return answer === undefined ? undefined : 'It did not answer yet.';
  }
}
