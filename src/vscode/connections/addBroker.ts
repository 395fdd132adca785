import * as vscode from 'vscode';
import { addedFields, lacksBroker, withAddedBroker, type AddedUrls } from '../../connect/addedBroker';
import type { BrokerHint } from '../../connect/brokerHint';
import { celeryServer } from '../../connect/celeryTarget';
import { secretKeys, type ConnectionProfile } from '../../connect/profile';
import { withoutPassword } from '../../connect/postgres/withoutPassword';
import { Problem } from '../../base/problem';
import type { SourceFiles } from '../../python/model';
import { COMMANDS } from '../shared/contributions';
import { ofCelery, readCelery } from './connectionDraft';
import { missing } from './connectionForm';
import { askManagement } from './managementStep';
import { changeInSettings } from './connectionSettings';
import type { Connections, HeldPasswords } from './connections';
import { plain } from './connectionItems';
import { projectBroker } from './projectBroker';
import { storePasswords } from './keepConnection';
import { tryBroker } from './testConnection';
import { BACK, type StepButton } from './steps';
import { askUrl, type EnteredUrl } from './urlField';

const OPEN_FILE: StepButton<'open'> = { icon: 'go-to-file', tooltip: 'Open .env instead', answer: 'open' };

/**
 * Asks for the broker of a connection, tries it and keeps it: for a connection of the settings in its entry, for one of a file or of the
 * environment beside it. A file is never written.
 * @param asked the connection; by default the one in use
 * @throws Problem
 */
export async function addBroker(
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
  const hint = await projectBroker(profile, sources);
  for (;;) {
    const entered = await askBroker(connections, profile, hint);
    if (entered === 'open') await vscode.commands.executeCommand(COMMANDS.openEnvFile);
    if (typeof entered !== 'object') return;
    const management = entered.tried === undefined ? undefined : await askItsApi(connections, profile, entered);
    if (management === BACK) continue;
    if (entered.tried !== undefined && management === undefined) return;
    await keep(connections, profile, added(entered.text, management?.text), management?.passwords ?? entered.passwords);
    return;
  }
}

/** Takes away the broker that a person added, and its passwords. */
export async function removeAddedBroker(connections: Connections, profile: ConnectionProfile): Promise<void> {
  await connections.keepBroker(profile, undefined);
  await connections.forgetPasswords(profile);
}

/** A broker's URL, and why its API for administrators has to be asked for. */
interface EnteredBroker extends EnteredUrl {
  readonly tried: string | undefined;
}

async function askBroker(
  connections: Connections,
  profile: ConnectionProfile,
  hint: BrokerHint | undefined,
): Promise<EnteredBroker | 'open' | undefined> {
  const { redisUrl, brokerUrl, managementUrl } = profile.addedBroker ? profile.written : {};
  const suggested = hint?.url ?? '';
  const prompt = "Broker's URL: Redis or RabbitMQ (a password goes to VS Code's secret storage)";
  let tried: string | undefined;
  const url = await askUrl<'open'>({ fromUrls: new Map(ofCelery('broker')(suggested)) }, titleOf(profile), {
    prompt: hint ? `${prompt}. ${hint.says}` : prompt,
    placeholder: 'redis://host:6379/0 or amqp://user@host:5672/vhost',
    value: brokerUrl ?? redisUrl ?? withoutPassword(suggested),
    buttons: profile.origin === 'env-file' ? [OPEN_FILE] : [],
    anyway: 'save it anyway',
    read: readBroker,
    passwordOf: ofCelery('broker'),
    attempt: async (text, passwords, signal) => {
      const complete = withAddedBroker(profile, added(text, managementUrl));
      const answer = await tryBroker(connections, complete, signal, passwords);
      tried = answer.tried ? answer.says : undefined;
      return answer.problem?.message;
    },
  });
  return typeof url === 'object' ? { ...url, tried } : url === 'open' ? url : undefined;
}

async function askItsApi(
  connections: Connections,
  profile: ConnectionProfile,
  { text: broker, passwords: fromUrls, tried }: EnteredBroker,
): ReturnType<typeof askManagement> {
  return await askManagement(
    { ...titleOf(profile), canGoBack: true },
    {
      ...{ broker, tried, fromUrls },
      value: profile.written.managementUrl === undefined ? '' : withoutPassword(profile.written.managementUrl),
      anyway: 'save it anyway',
      attempt: async (text, passwords, signal) =>
        text === ''
          ? undefined
          : missing(await tryBroker(connections, withAddedBroker(profile, added(broker, text)), signal, passwords)),
    },
  );
}

function titleOf({ name }: ConnectionProfile): { readonly title: string } {
  return { title: `Add a Broker to ${plain(name)}` };
}

function added(url: string, managementUrl = ''): AddedUrls {
  return { url, ...(managementUrl === '' ? {} : { managementUrl }) };
}

/** @throws Problem for an empty text, and for a broker that cannot be read */
function readBroker(text: string): unknown {
  if (text.trim() === '')
    throw new Problem('invalid', 'Enter the URL, such as redis://host:6379/0 or amqp://user@host:5672/vhost.');
  const target = readCelery('broker')(text);
  if (target instanceof Problem) throw target;
  return target;
}

async function keep(
  connections: Connections,
  profile: ConnectionProfile,
  urls: AddedUrls,
  entered: HeldPasswords,
): Promise<void> {
  const complete = withAddedBroker(profile, urls);
  const { broker, results, management } = secretKeys(complete);
  const keys = [broker, results, management];
  await storePasswords(connections, { passwords: new Map([...entered].filter(([key]) => keys.includes(key))) });
  if (profile.origin === 'settings') await changeInSettings(profile, addedFields(urls));
  else await connections.keepBroker(profile, urls);
  // Those of the server that was added before.
  if (profile.addedBroker) await connections.forgetPasswords(profile);
  await offerCheck(connections, complete);
}

async function offerCheck(connections: Connections, { id, name, broker }: ConnectionProfile): Promise<void> {
  const current = await connections.current().catch(() => undefined);
  const server = broker === undefined || broker instanceof Problem ? 'The broker' : celeryServer(broker);
  const check = 'Check with Verification';
  const says = `${server} was added to ${name}.`;
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
      : `${name} names its broker already: ${broker ? celeryServer(broker) : ''}.`;
  const [action, command] =
    origin === 'env-file'
      ? (['Open .env', COMMANDS.openEnvFile] as const)
      : (['Edit Connection', COMMANDS.editConnection] as const);
  const chosen = await vscode.window.showInformationMessage(says, ...(origin === 'environment' ? [] : [action]));
  if (chosen === action) await vscode.commands.executeCommand(command);
}
