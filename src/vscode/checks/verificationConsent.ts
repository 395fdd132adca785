import * as vscode from 'vscode';
import { celeryAddress } from '../../connect/celeryTarget';
import { profileDescription, type ConnectionProfile } from '../../connect/profile';
import { Problem } from '../../base/problem';
import { checkExecutionSetting, type CheckRequest } from '../shared/settings';

/** What a person wants for a connection; `once` is kept nowhere. */
type Answer = 'always' | 'once' | 'counts';

const KEY = 'celeryTasks.verificationByConnection';
/** Connections of files leave without a word: the oldest answers make room. */
const MOST = 100;

/** Remembers on this machine which connections are always verified, and which are only counted. */
export class VerificationConsent {
  constructor(
    private readonly memory: vscode.Memento,
    private readonly ask: (profile: ConnectionProfile) => Promise<Answer | undefined> = askPerson,
  ) {}

  /**
   * Whether this check of a connection reads the broker and the results too. Whoever says so for a run, or in the settings, is not asked;
   * where no broker is known there is nothing to ask.
   * @param overrides what is said for this run
   * @returns what is said for this run and its refreshes, and what was decided for the connection; undefined when the person escaped
   */
  async decide(
    profile: ConnectionProfile,
    overrides: Partial<CheckRequest>,
  ): Promise<{ readonly overrides: Partial<CheckRequest>; readonly decided: Partial<CheckRequest> } | undefined> {
    const nothing = { overrides, decided: {} };
    if (overrides.checkExecution !== undefined || checkExecutionSetting() !== undefined) return nothing;
    if (!knowsBroker(profile)) return nothing;
    const kept = this.answers[keyOf(profile)];
    if (kept !== undefined) return { overrides, decided: { checkExecution: kept === 'always' } };
    const answer = await this.ask(profile);
    if (answer === undefined) return undefined;
    if (answer === 'once') return { overrides: { ...overrides, checkExecution: true }, decided: {} };
    await this.remember(profile, answer);
    return { overrides, decided: { checkExecution: answer === 'always' } };
  }

  /** The connection was removed, or names another server now. */
  async forget(profile: ConnectionProfile): Promise<void> {
    const { [keyOf(profile)]: gone, ...others } = this.answers;
    if (gone !== undefined) await this.memory.update(KEY, others);
  }

  private get answers(): Readonly<Record<string, 'always' | 'counts' | undefined>> {
    return this.memory.get<Record<string, 'always' | 'counts'>>(KEY) ?? {};
  }

  private async remember(profile: ConnectionProfile, answer: 'always' | 'counts'): Promise<void> {
    const others = Object.entries(this.answers).filter(([key]) => key !== keyOf(profile));
    await this.memory.update(KEY, Object.fromEntries([...others, [keyOf(profile), answer]].slice(-MOST)));
  }
}

/** Whether verification has a broker to read. */
export function knowsBroker({ broker }: Pick<ConnectionProfile, 'broker'>): boolean {
  return broker !== undefined && !(broker instanceof Problem);
}

/** The answer is for these servers: a file may name others tomorrow, and the same path in another workspace does so today. */
function keyOf(profile: ConnectionProfile): string {
  const { id, broker } = profile;
  const address = broker === undefined || broker instanceof Problem ? null : celeryAddress(broker);
  return JSON.stringify([id, profileDescription(profile), address]);
}

async function askPerson({ name, production }: ConnectionProfile): Promise<Answer | undefined> {
  const items: readonly (vscode.QuickPickItem & { readonly answer: Answer })[] = [
    {
      answer: 'always',
      label: '$(verified) Always',
      detail: `For every check of ${name.replaceAll('$(', '$\u2060(')}`,
    },
    { answer: 'once', label: '$(history) This Time', detail: 'For this check and its refreshes' },
    {
      answer: 'counts',
      label: '$(list-ordered) Counts Only',
      detail: 'Reads nothing but the task table in PostgreSQL',
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: `Also find out what happened to each task?${production ? ' (PRODUCTION)' : ''}`,
    placeHolder: 'This reads the broker and the results and changes nothing.',
    ignoreFocusOut: true,
  });
  return picked?.answer;
}
