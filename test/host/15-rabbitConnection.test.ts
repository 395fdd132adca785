import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isBroken, secretKeys, type ConnectionProfile } from '../../src/connect/profile';
import { canary } from '../support/canary';
import { fakeApi, type FakeApi, type Reply } from '../support/rabbitApi';
import { databaseUrl, extension } from './support';

const [BROKER_PASSWORD, API_PASSWORD] = [canary('-br0ker'), canary('-ap1')];

/** What a RabbitMQ with one empty queue answers. */
function answer(path: string, tags: readonly string[]): Reply | undefined {
  if (path === '/whoami') return { body: { name: 'mon', tags } };
  if (path === '/overview') return { body: { product_name: 'RabbitMQ', rabbitmq_version: '3.10.8' } };
  if (path.startsWith('/health')) return { body: { status: 'ok' } };
  return path.startsWith('/queues/shop?') ? { body: { items: [{ name: 'celery' }], page_count: 1 } } : undefined;
}

/** One field of the form: what it asks, what is typed, and what is said about that before it is taken all the same. */
interface Field {
  readonly asks: RegExp;
  readonly type: string;
  readonly warns?: RegExp;
  readonly notes?: RegExp;
}

/** Answers every field in turn, as a person does. @returns how many were asked, and what puts the editor's own fields back */
function answering(fields: readonly Field[]): { readonly asked: () => number; restore(): void } {
  const original = vscode.window.createInputBox;
  let asked = 0;
  vscode.window.createInputBox = () => {
    const box = original();
    const field = fields[asked++];
    const show = box.show.bind(box);
    const [changed, accepted] = [new vscode.EventEmitter<string>(), new vscode.EventEmitter<void>()];
    const said = (): string =>
      typeof box.validationMessage === 'object' ? box.validationMessage.message : (box.validationMessage ?? '');
    const listening = new Proxy(box, {
      get: (target, key) => {
        if (key === 'onDidChangeValue') return changed.event;
        if (key === 'onDidAccept') return accepted.event;
        if (key === 'show') return opened;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
      set: (target, key, value) => Reflect.set(target, key, value, target),
    });
    const opened = (): void => {
      show();
      assert.ok(field, `no answer for ${box.prompt ?? ''}`);
      assert.match(box.prompt ?? '', field.asks);
      if (field.notes) assert.match(said(), field.notes);
      box.value = field.type;
      changed.fire(field.type);
      accepted.fire();
      if (field.warns) void againAfter(field.warns);
    };
    const againAfter = async (warns: RegExp): Promise<void> => {
      while (!said().includes('Press Enter again')) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.match(said(), warns);
      accepted.fire();
    };
    return listening;
  };
  return {
    asked: () => asked,
    restore: () => {
      vscode.window.createInputBox = original;
    },
  };
}

/** Takes what is said in notifications and dialogs, and presses a button of those that have it. */
function hearing(button?: string): { readonly heard: string[]; restore(): void } {
  const { showInformationMessage: said } = vscode.window;
  const heard: string[] = [];
  const hear = (message: string, ...items: unknown[]): Promise<unknown> => {
    const options = items.find((item) => typeof item === 'object') as vscode.MessageOptions | undefined;
    heard.push([message, options?.detail ?? ''].join('\n'));
    return Promise.resolve(items.includes(button) ? button : undefined);
  };
  vscode.window.showInformationMessage = hear;
  return {
    heard,
    restore: () => {
      vscode.window.showInformationMessage = said;
    },
  };
}

describe('a connection with a RabbitMQ', () => {
  let api: FakeApi;
  let tags = ['monitoring'];
  let brokerPort: number;
  let selected: string | undefined;

  before(async () => {
    api = await fakeApi((path) => answer(path, tags));
    // A port on which nothing listens, and none 10,000 above it.
    const closed = await fakeApi(() => undefined);
    brokerPort = closed.port;
    await closed.close();
    const { connections } = await extension();
    selected = connections.selectedId;
  });
  after(async () => {
    await api.close();
    const configuration = vscode.workspace.getConfiguration('celeryTasks');
    await configuration.update('connections', undefined, vscode.ConfigurationTarget.Global);
    const { connections } = await extension();
    const entry = (await connections.list()).find(({ id }) => id === (selected ?? 'env-file:.env'));
    if (entry) await connections.select(entry);
  });

  const added = async (): Promise<ConnectionProfile> => {
    const { connections } = await extension();
    const found = (await connections.list()).find(({ name }) => name === 'rabbit');
    assert.ok(found && !isBroken(found), JSON.stringify(found));
    return found;
  };

  it('is added by its URLs: the address of the API is asked for where none answers, and passwords go to the secret storage', async () => {
    const { connections } = await extension();
    const fields = answering([
      { asks: /Database URL/, type: databaseUrl() },
      {
        asks: /Broker's URL: Redis or RabbitMQ/,
        type: `amqp://app:${BROKER_PASSWORD}@127.0.0.1:${String(brokerPort)}/shop`,
        warns: /^Connection refused at 127\.0\.0\.1:\d+\./,
      },
      {
        asks: /URL of RabbitMQ's management API/,
        type: `http://mon:${API_PASSWORD}@127.0.0.1:${String(api.port)}`,
        notes: /^Connection refused at 127\.0\.0\.1:\d+\./,
      },
      { asks: /leave empty if Celery keeps no results/, type: '' },
      { asks: /Name/, type: 'rabbit' },
    ]);
    const { showQuickPick } = vscode.window;
    vscode.window.showQuickPick = ((items: readonly vscode.QuickPickItem[]) =>
      Promise.resolve(items.at(-1))) as unknown as typeof showQuickPick;
    const messages = hearing();
    try {
      await vscode.commands.executeCommand('celeryTasks.addConnection');
    } finally {
      fields.restore();
      messages.restore();
      vscode.window.showQuickPick = showQuickPick;
    }
    assert.equal(fields.asked(), 5);
    assert.match(
      messages.heard.join('\n'),
      /rabbit was added\. .*answers through its management API at http:.*tag monitoring/,
    );
    assert.equal(api.credentials(), `mon:${API_PASSWORD}`);
    const profile = await added();
    assert.deepEqual(profile.written, {
      brokerUrl: `amqp://app@127.0.0.1:${String(brokerPort)}/shop`,
      managementUrl: `http://mon@127.0.0.1:${String(api.port)}`,
    });
    const { broker = '', management = '' } = secretKeys(profile);
    assert.deepEqual([await connections.hasPassword(broker), await connections.hasPassword(management)], [true, true]);
    const settings = JSON.stringify(vscode.workspace.getConfiguration('celeryTasks').inspect('connections'));
    assert.equal(settings.includes(BROKER_PASSWORD) || settings.includes(API_PASSWORD), false);
  });

  it('is tested with its rights, and the commands for more can be copied', async () => {
    tags = ['management'];
    const { id } = await added();
    const messages = hearing('Copy Command');
    try {
      await vscode.commands.executeCommand('celeryTasks.testConnection', id);
    } finally {
      messages.restore();
      tags = ['monitoring'];
    }
    const text = messages.heard.join('\n');
    assert.match(text, /"rabbit" can be read\.\nPostgreSQL at .* is ready/);
    assert.match(text, /with the tag management\. .*doesn't show nodes/);
    assert.match(text, /\nrabbitmqctl set_user_tags mon monitoring$/);
    assert.equal(text.includes(BROKER_PASSWORD) || text.includes(API_PASSWORD), false);
    assert.equal(await vscode.env.clipboard.readText(), 'rabbitmqctl set_user_tags mon monitoring\n');
  });

  it('loses its passwords with its entry', async () => {
    const { connections } = await extension();
    const profile = await added();
    const { broker = '', management = '' } = secretKeys(profile);
    const configuration = vscode.workspace.getConfiguration('celeryTasks');
    await configuration.update('connections', undefined, vscode.ConfigurationTarget.Global);
    await connections.forgetPasswords(profile);
    assert.deepEqual(
      [await connections.hasPassword(broker), await connections.hasPassword(management)],
      [false, false],
    );
  });
});
