import * as vscode from 'vscode';
import { lacksBroker, withAddedBroker } from '../../connect/addedBroker';
import { celeryAddress } from '../../connect/celeryTarget';
import { secretKeys, type ConnectionProfile } from '../../connect/profile';
import { withoutPassword } from '../../connect/postgres/withoutPassword';
import { Problem } from '../../base/problem';
import type { SourceFiles } from '../../python/model';
import { COMMANDS } from '../shared/contributions';
import { ofCelery, readCelery } from './connectionDraft';
import { askUrl } from './connectionForm';
import { changeInSettings } from './connectionSettings';
import type { Connections, HeldPasswords } from './connections';
import { plain } from './connectionItems';
import { projectBroker } from './projectBroker';
import { storePasswords } from './keepConnection';
import { tryBroker } from './testConnection';
import type { StepButton } from './steps';

const OPEN_FILE: StepButton<'open'> = { icon: 'go-to-file', tooltip: 'Open .env instead', answer: 'open' };

/**
 * Asks for the broker of a connection, tries it and keeps it: for a connection of the settings in its entry, for one of a file or of the
 * environment beside it. A file is never written.
 * @param asked the connection; by default the one in use
 * @throws Problem
 */
export async function addRedis(
  connections: Connections,
  sources: SourceFiles,
  asked?: ConnectionProfile,
): Promise<void> {
  const profile = asked ?? (await connections.configured());
  if (!profile) return;
  if (!lacksBroker(profile) && !profile.addedBroker) {
    await sayItHasOne(profile);
    return;
  }
  const url = await askBroker(connections, profile, sources);
  if (url === 'open') await vscode.commands.executeCommand(COMMANDS.openEnvFile);
  if (typeof url !== 'object') return;
  await keep(connections, profile, url.text, url.passwords);
}

/** Takes away the broker that a person added, and its password. */
export async function removeRedis(connections: Connections, profile: ConnectionProfile): Promise<void> {
  await connections.keepBroker(profile, undefined);
  await connections.forgetPasswords(profile);
}

async function askBroker(
  connections: Connections,
  profile: ConnectionProfile,
  sources: SourceFiles,
): ReturnType<typeof askUrl<'open'>> {
  const hint = await projectBroker(profile, sources);
  const { redisUrl, brokerUrl } = profile.addedBroker ? profile.written : {};
  const suggested = hint?.url ?? '';
  const prompt = "Broker's Redis URL (a password goes to VS Code's secret storage)";
  return await askUrl<'open'>(
    { fromUrls: new Map(ofCelery('broker')(suggested)) },
    { title: `Add Redis to ${plain(profile.name)}` },
    {
      prompt: hint ? `${prompt}. ${hint.says}` : prompt,
      placeholder: 'redis://host:6379/0',
      value: redisUrl ?? brokerUrl ?? withoutPassword(suggested),
      buttons: profile.origin === 'env-file' ? [OPEN_FILE] : [],
      anyway: 'save it anyway',
      read: readBroker,
      passwordOf: ofCelery('broker'),
      attempt: async (text, passwords, signal) =>
        (await tryBroker(connections, withAddedBroker(profile, text), signal, passwords)).problem?.message,
    },
  );
}

/** @throws Problem for an empty text, and for a broker that cannot be read */
function readBroker(text: string): unknown {
  if (text.trim() === '') throw new Problem('invalid', 'Enter the URL, such as redis://host:6379/0.');
  const target = readCelery('broker')(text);
  if (target instanceof Problem) throw target;
  return target;
}

async function keep(
  connections: Connections,
  profile: ConnectionProfile,
  url: string,
  entered: HeldPasswords,
): Promise<void> {
  const added = withAddedBroker(profile, url);
  const { broker, results } = secretKeys(added);
  const passwords = new Map([...entered].filter(([key]) => key === broker || key === results));
  await storePasswords(connections, { passwords });
  if (profile.origin === 'settings') await changeInSettings(profile, { redisUrl: url });
  else await connections.keepBroker(profile, url);
  // Those of the server that was added before.
  if (profile.addedBroker) await connections.forgetPasswords(profile);
  await offerCheck(connections, added);
}

async function offerCheck(connections: Connections, { id, name, broker }: ConnectionProfile): Promise<void> {
  const current = await connections.current().catch(() => undefined);
  const where = broker === undefined || broker instanceof Problem ? '' : ` at ${celeryAddress(broker)}`;
  const check = 'Check with Verification';
  const says = `Redis${where} was added to ${name}.`;
  if (current?.id !== id) void vscode.window.showInformationMessage(says);
  else
    void vscode.window.showInformationMessage(`${says} Checks can give verdicts now.`, check).then((chosen) => {
      if (chosen === check) void vscode.commands.executeCommand(COMMANDS.verifyExecution);
    });
}

async function sayItHasOne({ name, broker, origin }: ConnectionProfile): Promise<void> {
  const says =
    broker instanceof Problem
      ? broker.message
      : `${name} names its broker already: ${broker ? celeryAddress(broker) : ''}.`;
  const [action, command] =
    origin === 'env-file'
      ? (['Open .env', COMMANDS.openEnvFile] as const)
      : (['Edit Connection', COMMANDS.editConnection] as const);
  const chosen = await vscode.window.showInformationMessage(says, ...(origin === 'environment' ? [] : [action]));
  if (chosen === action) await vscode.commands.executeCommand(command);
}
