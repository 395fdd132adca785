import * as vscode from 'vscode';
import { parsePostgresUrl, postgresAddress, postgresSecretKey, type PostgresTarget } from '../connection/postgresUrl';
import { readCeleryUrl, type RedisRole } from '../connection/celeryUrl';
import { redisPassword, redisSecretKey } from '../connection/redisUrl';
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
 * Asks for a database (and where Celery's broker and results are, if that is known), tries it, and keeps it: the address in the user's settings, passwords
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
  const celery = await askCelery();
  if (celery === undefined) return;
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
  for (const [key, password] of celery.passwords) await connections.storePassword(key, password);
  const entry = { name: name.trim(), databaseUrl: withoutPassword(databaseUrl), ...celery.urls };
  await addToSettings(entry);
  await connections.select({ id: `settings:${entry.name}` });
  void vscode.window.showInformationMessage(`The connection ${entry.name} was added. ${words}`);
}

interface CeleryAnswers {
  /** As an entry of the settings has them: without passwords. */
  readonly urls: { readonly redisUrl?: string; readonly brokerUrl?: string; readonly resultBackend?: string };
  /** By key of the secret storage. */
  readonly passwords: ReadonlyMap<string, string>;
}

/** Asks where the broker and the results are: mostly one Redis. @returns undefined when the person escaped */
async function askCelery(): Promise<CeleryAnswers | undefined> {
  const broker = await ask({
    prompt: 'Redis URL of the broker, for verification; empty if it is not known',
    placeHolder: 'redis://host:6379/0',
    parse: (text) => celeryUrl(text, 'broker'),
  });
  if (broker === undefined) return undefined;
  if (broker.trim() === '') return { urls: {}, passwords: new Map() };
  const results = await ask({
    prompt: 'URL of the result backend; empty if it is the same Redis',
    placeHolder: 'redis://host:6379/0, or django-db',
    parse: (text) => celeryUrl(text, 'results'),
  });
  if (results === undefined) return undefined;
  const passwords = new Map([...passwordOf(broker, 'broker'), ...passwordOf(results, 'results')]);
  const one = results.trim() === '' && !(celeryUrl(broker, 'broker') instanceof Problem);
  if (one) return { urls: { redisUrl: withoutPassword(broker) }, passwords };
  const resultBackend = results.trim() === '' ? {} : { resultBackend: withoutPassword(results) };
  return { urls: { brokerUrl: withoutPassword(broker), ...resultBackend }, passwords };
}

function celeryUrl(text: string, role: RedisRole): ReturnType<typeof readCeleryUrl> {
  if (text.trim() === '') return undefined;
  const target = readCeleryUrl(text, role, 'This');
  // What cannot be kept is said while it is typed.
  if (target && !(target instanceof Problem)) redisPassword(target, 'This');
  return target;
}

function passwordOf(text: string, role: RedisRole): (readonly [key: string, password: string])[] {
  const target = celeryUrl(text, role);
  if (target === undefined || target instanceof Problem) return [];
  const password = redisPassword(target, 'This');
  return password === undefined ? [] : [[redisSecretKey(target), password]];
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
