// @ts-check
/** A RabbitMQ of our own, with its management API. */
import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newPassword } from './password.mjs';
import { serverUser, temporaryFolder } from './places.mjs';
import { findRabbitmq } from './rabbitmq-binaries.mjs';
import { freePort, startSupervised, waitUntilReady } from './supervised.mjs';

/**
 * @typedef {object} RabbitUser
 * @property {string} name
 * @property {string} [tags] for example `monitoring`; none by default
 * @property {Record<string, readonly [configure: string, write: string, read: string]>} [permissions] by virtual host; none by default
 */

/**
 * @typedef {object} RabbitServer
 * @property {string} url Celery's, of the administrator, with virtual host `/` and the password
 * @property {string} managementUrl of the API, without a password
 * @property {number} port AMQP, on 127.0.0.1
 * @property {number} managementPort on 127.0.0.1
 * @property {string} user an administrator with every permission in every virtual host
 * @property {string} password
 * @property {string} version
 * @property {(user: string, vhost?: string) => string} urlOf Celery's, of a user that `options.users` or `addUser` made
 * @property {(user: RabbitUser) => Promise<string>} addUser gives its password
 * @property {(method: string, path: string, body?: unknown) => Promise<any>} api asks `/api/PATH` as the administrator; the answer's JSON
 *   (undefined without a body); throws with the status when it is not 2xx
 * @property {(...args: string[]) => Promise<string>} ctl runs rabbitmqctl on this server; what it printed
 * @property {() => Promise<void>} stop resolves when the server and its port mapper are gone
 */

/**
 * Starts RabbitMQ on 127.0.0.1 with random passwords and a port mapper of its own, so that nothing of the system's is used or met.
 * Both end with this process, however that ends, and do not keep it alive.
 * @param {object} [options]
 * @param {string} [options.dir] for its data and log, kept; a temporary folder by default
 * @param {number} [options.port] of AMQP; a free one by default
 * @param {number} [options.managementPort] a free one by default
 * @param {readonly string[]} [options.vhosts] beside `/`
 * @param {readonly RabbitUser[]} [options.users] beside the administrator
 * @param {readonly string[]} [options.config] lines of rabbitmq.conf, for example `consumer_timeout = 10000`
 * @param {boolean} [options.disableMetrics] the API then has no rates, consumers and channels
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<RabbitServer | undefined>} undefined: there is no server program, and `log` has said what to do
 * @throws {Error} when it does not start
 */
export async function startRabbitmq(options = {}) {
  const log = options.log ?? (() => {});
  const program = await findRabbitmq(log);
  if (program === undefined) return undefined;
  const owner = serverUser();
  const [port, managementPort, nodePort, epmdPort] = [
    options.port ?? (await freePort()),
    options.managementPort ?? (await freePort()),
    await freePort(),
    await freePort(),
  ];
  const dir = options.dir ?? join(temporaryFolder(owner), `rabbitmq-${process.pid}-${port}`);
  const password = newPassword();
  writeFiles(dir, owner, password, { ...options, port, managementPort, version: program.version });
  const env = environment(dir, { nodePort, epmdPort });
  const identity = owner === undefined ? {} : { uid: owner.uid, gid: owner.gid };
  const supervised = (/** @type {string} */ command, /** @type {string[]} */ args, /** @type {string} */ logName) =>
    startSupervised({
      command,
      args,
      env,
      logFile: join(dir, logName),
      ...identity,
      // The polite stop takes six seconds, which only data to be kept is worth.
      stopSignal: options.dir === undefined ? 'SIGKILL' : 'SIGTERM',
      forceSignal: 'SIGKILL',
      remove: options.dir === undefined && command === program.server ? [dir] : [],
    });
  const mapper = supervised(program.epmd, ['-port', String(epmdPort), '-address', '127.0.0.1'], 'epmd.log');
  const server = supervised(program.server, [], 'out.log');
  const stop = async () => {
    await server.stop();
    await mapper.stop();
  };

  const managementUrl = `http://127.0.0.1:${managementPort}`;
  const api = apiOf(managementUrl, ADMINISTRATOR, password);
  /** @type {Map<string, string>} */
  const passwords = new Map([[ADMINISTRATOR, password]]);
  const addUser = (/** @type {RabbitUser} */ user) => makeUser(api, passwords, user);
  const urlOf = (/** @type {string} */ user, vhost = '/') =>
    `amqp://${encodeURIComponent(user)}:${passwords.get(user) ?? ''}@127.0.0.1:${port}/${encodeURIComponent(vhost)}`;
  try {
    // The API is the last to come up, after AMQP.
    await waitUntilReady(server, () => api('GET', 'vhosts'), 60_000);
    for (const vhost of options.vhosts ?? []) {
      await api('PUT', `vhosts/${encodeURIComponent(vhost)}`);
      await api('PUT', `permissions/${encodeURIComponent(vhost)}/${ADMINISTRATOR}`, permissionOf(['.*', '.*', '.*']));
    }
    for (const user of options.users ?? []) await addUser(user);
  } catch (error) {
    await stop();
    throw new Error(`RabbitMQ did not start: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  log(`RabbitMQ ${program.version} is up`);
  return {
    url: urlOf(ADMINISTRATOR),
    managementUrl,
    port,
    managementPort,
    user: ADMINISTRATOR,
    password,
    version: program.version,
    urlOf,
    addUser,
    api,
    ctl: async (...args) => {
      const { stdout } = await promisify(execFile)(program.ctl, args, { env, cwd: '/', timeout: 60_000, ...identity });
      return stdout;
    },
    stop,
  };
}

const ADMINISTRATOR = 'administrator';

/**
 * @param {string} dir
 * @param {import('./places.mjs').User | undefined} owner
 * @param {string} password
 * @param {{ port: number, managementPort: number, version: string, config?: readonly string[] | undefined, disableMetrics?: boolean | undefined }} options
 */
function writeFiles(dir, owner, password, { port, managementPort, version, config = [], disableMetrics = false }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lines = [
    `default_user = ${ADMINISTRATOR}`,
    `default_pass = ${password}`,
    'default_user_tags.administrator = true',
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${managementPort}`,
    'log.console = false',
    'disk_free_limit.absolute = 100MB',
    // Memory of a machine that other tests use too; a line of `config` overrules it.
    'vm_memory_high_watermark.absolute = 1GB',
    // Without this, the mailboxes of Celery up to 5.6.3 are refused by 4.3 and the workers consume nothing.
    ...(Number.parseInt(version, 10) >= 4 ? ['deprecated_features.permit.transient_nonexcl_queues = true'] : []),
    ...(disableMetrics ? ['management_agent.disable_metrics_collector = true'] : []),
    ...config,
    '',
  ];
  writeFileSync(join(dir, 'rabbitmq.conf'), lines.join('\n'), { mode: 0o600 });
  writeFileSync(join(dir, 'enabled_plugins'), '[rabbitmq_management].\n', { mode: 0o600 });
  if (owner === undefined) return;
  for (const file of ['', 'rabbitmq.conf', 'enabled_plugins']) chownSync(join(dir, file), owner.uid, owner.gid);
}

/**
 * What makes a node one of its own: every place and port that it would else share with the system's.
 * @param {string} dir
 * @param {{ nodePort: number, epmdPort: number }} ports
 * @returns {Record<string, string>}
 */
function environment(dir, { nodePort, epmdPort }) {
  return {
    PATH: `${process.env['PATH'] ?? ''}:/opt/homebrew/bin:/usr/local/bin`,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    HOME: dir,
    RABBITMQ_NODENAME: `test${epmdPort}@localhost`,
    RABBITMQ_MNESIA_BASE: join(dir, 'data'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'none.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_CONF_ENV_FILE: join(dir, 'none.conf'),
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(nodePort),
    // Its start script then becomes the server, instead of staying beside it: one process to end.
    RUNNING_UNDER_SYSTEMD: 'true',
    // One scheduler that does not spin: tests run beside it.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none',
  };
}

/**
 * @param {string} root
 * @param {string} user
 * @param {string} password
 * @returns {RabbitServer['api']}
 */
function apiOf(root, user, password) {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return async (method, path, body) => {
    const answer = await fetch(`${root}/api/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /api/${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

/**
 * @param {RabbitServer['api']} api
 * @param {Map<string, string>} passwords
 * @param {RabbitUser} user
 * @returns {Promise<string>}
 */
async function makeUser(api, passwords, { name, tags = '', permissions = {} }) {
  const password = newPassword();
  await api('PUT', `users/${encodeURIComponent(name)}`, { password, tags });
  for (const [vhost, rights] of Object.entries(permissions))
    await api('PUT', `permissions/${encodeURIComponent(vhost)}/${encodeURIComponent(name)}`, permissionOf(rights));
  passwords.set(name, password);
  return password;
}

/** @param {readonly [configure: string, write: string, read: string]} rights */
function permissionOf([configure, write, read]) {
  return { configure, write, read };
}
