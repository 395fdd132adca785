import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import type { ConnectionProfile } from '../../connect/profile';
import type { Connections, HeldPasswords } from './connections';
import { sentences } from './showTest';
import { testConnection } from './testConnection';
import { cancellable } from '../shared/cancellable';
import { entryOf, type ConnectionDraft } from './connectionDraft';
import { connectionSteps } from './connectionForm';
import { askSteps, BACK } from './steps';
import { profileOf, triesOf } from './tryDraft';

/** A connection that was entered and tried, and that the user wants to keep. */
export interface Accepted {
  readonly draft: ConnectionDraft;
  readonly entry: Record<string, unknown>;
  /** Of the servers that it names, and no others. */
  readonly passwords: HeldPasswords;
  /** What the test found, in sentences. */
  readonly words: string;
}

interface Form {
  readonly title: string;
  /** Names that other connections have. */
  readonly taken: readonly string[];
  readonly editing: boolean;
  /** Fields of the settings entry that are not asked for. */
  readonly rest?: object;
  readonly backToStart?: boolean;
}

/**
 * Asks for a connection and tries it. What does not work can be kept all the same (it may be down just now), or changed.
 * @returns undefined when the user does not want to keep it; nothing is stored by then, in any case
 * @throws Problem when what was entered makes no connection
 */
export async function enterConnection(
  connections: Connections,
  begin: ConnectionDraft,
  { title, taken, editing, rest = {}, backToStart }: Form,
): Promise<Accepted | typeof BACK | undefined> {
  const steps = connectionSteps({ connections, tries: triesOf(connections, rest), taken, editing });
  for (let draft = begin; ;) {
    const answered = await askSteps(title, steps, draft, backToStart);
    if (answered === undefined || answered === BACK) return answered;
    draft = answered;
    const { profile, held } = profileOf(draft, rest);
    const tried = await tryOut(connections, profile, 'Edit', held);
    if (tried === undefined) return undefined;
    if (tried !== 'change')
      return { draft, entry: { ...rest, ...entryOf(draft) }, passwords: held, words: tried.words };
  }
}

/** Stores the passwords of what was accepted; an entry of the settings follows, so that it is never without them. */
export async function storePasswords(
  connections: Connections,
  { passwords }: Pick<Accepted, 'passwords'>,
): Promise<void> {
  for (const [key, password] of passwords) await connections.storePassword(key, password);
}

/**
 * Tries a connection: the database, the broker and the result backend. One that does not work can be kept all the same.
 * @param change what to call the way back to the questions, where there is one
 * @returns what was found; undefined when the user does not want it
 */
export async function tryOut(
  connections: Connections,
  profile: ConnectionProfile,
  change?: string,
  held?: HeldPasswords,
): Promise<{ readonly words: string } | 'change' | undefined> {
  let failures: readonly string[];
  try {
    const answers = await cancellable(`Trying ${profile.name}...`, (signal) =>
      testConnection(connections, profile, signal, held),
    );
    failures = answers.filter(({ problem }) => problem).map(({ says }) => says);
    if (failures.length === 0) return { words: sentences(answers) };
  } catch (error) {
    const { kind, message } = toProblem(error);
    if (kind === 'cancelled') return undefined;
    failures = [message];
  }
  const keep = change === undefined ? 'Use Anyway' : 'Save Anyway';
  const buttons = change === undefined ? [keep] : [change, keep];
  const options = { modal: true, detail: failures.join('\n\n') };
  const answer = await vscode.window.showWarningMessage(`Couldn't connect to "${profile.name}".`, options, ...buttons);
  if (answer === undefined) return undefined;
  return answer === keep ? { words: 'Not every server has answered yet.' } : 'change';
}
