// @ts-check
/**
 * `npm start`: the main job on a machine with nothing but Node. Installs, builds, starts the demo's servers, opens a VS Code on
 * them. With --once, or without a terminal, it runs the check there without a person and prints the diagnostic log.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, openInBrowser, PROJECT, run, say } from '../tools/machine/index.mjs';

const USAGE = `Usage: npm start [-- FLAGS]

Makes an incident of stuck tasks in a PostgreSQL and a Redis of its own, opens
a VS Code on it, runs the check, and opens the report. Ctrl-C ends all of it.

  --once             no window: run the check in VS Code and print the log
  --broker NAME      redis (the default) or rabbitmq: where the messages are
  --rows N           rows of the task table (default 200,000)
  --server           VS Code in the browser, also where a desktop one is found
  --state-dir DIR    where the servers keep their data (default .demo)
  --help             print this
`;
const values = readFlags();
if (values.help === true) {
  process.stdout.write(USAGE);
  process.exit(0);
}
/** Where the demo keeps its data, so that tests can have a demo of their own. */
const stateDir = values['state-dir'] ?? join(PROJECT, '.demo');
/** What runs in the editor: the check without a person, and the check when a window opens. */
const ONCE = join(PROJECT, 'tools', 'demo', 'editor', 'once.cjs');
const AUTORUN = join(PROJECT, 'tools', 'demo', 'editor', 'autorun');
const once = values.once === true || !process.stdout.isTTY;
/** @type {(() => unknown)[]} */
const cleanUps = [];
let interrupted = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    if (interrupted) process.exit(130);
    interrupted = true;
    void finish(130);
  });
}

main().then(finish, (error) => {
  say(error instanceof Error ? error.message : String(error));
  return finish(1);
});

/** Whoever mistypes a flag is told so in a line, and not by a stack trace. */
function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        broker: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        once: { type: 'boolean' },
        rows: { type: 'string' },
        server: { type: 'boolean' },
        'state-dir': { type: 'string' },
      },
    });
    if (values.rows !== undefined && !/^[1-9]\d*$/.test(values.rows))
      throw new Error(`--rows cannot be "${values.rows}": give a whole number of rows`);
    const { broker = 'redis' } = values;
    if (broker !== 'redis' && broker !== 'rabbitmq')
      throw new Error(`--broker cannot be "${broker}": give redis or rabbitmq`);
    return { ...values, broker: /** @type {'redis' | 'rabbitmq'} */ (broker) };
  } catch (error) {
    // Node's own words run to several sentences; the first names the flag.
    const [says] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/, 1);
    say(`${says}: see npm start -- --help.`);
    process.exit(2);
  }
}

/**
 * What a person who sees this for the first time can do with what opens.
 * @param {string} workspace
 */
function sayWhatOpens(workspace) {
  say(
    [
      'VS Code opens on a made-up incident. It checks by itself, and then shows the report.',
      '  In the report       click a verdict, a bar or a type to see what is behind it; "What to do" is the plan.',
      '  At the left         the view Celery Tasks: the stuck types, their samples and evidence.',
      '  In the code         breathecode/*/tasks.py: a line above each task says how many are stuck.',
      `  In a terminal       cd ${workspace} && node ${join(PROJECT, 'dist', 'check-task-status.js')} --check-execution`,
    ].join('\n'),
  );
}

async function main() {
  await ensureDependencies();
  say('Building...');
  if ((await run(process.execPath, ['esbuild.js', '--production'])) !== 0)
    throw new Error('The build failed; see above.');
  const { startDemo } = await import('../tools/demo/index.mjs');
  const demo = await startDemo({
    log: say,
    stateDir,
    broker: values.broker,
    ...(values.rows === undefined ? {} : { rows: Number(values.rows) }),
  });
  cleanUps.push(() => demo.stop());
  return once ? await checkOnce(demo) : await openEditor(demo);
}

/** @param {{ workspace: string }} demo */
async function checkOnce(demo) {
  const { runHostTests } = await import('../tools/vscode-host/index.mjs');
  const log = join(stateDir, 'once.log');
  await rm(log, { force: true });
  say('Running the check in VS Code...');
  const code = await runHostTests({
    version: 'minimum',
    extensionPaths: [PROJECT],
    testsPath: ONCE,
    workspace: demo.workspace,
    env: { DEMO_LOG_COPY: log },
    onLine: say,
  });
  if (code !== 0) throw new Error('The check in VS Code failed; see above.');
  const text = await readFile(log, 'utf8');
  await new Promise((resolve) => process.stdout.write(text, resolve));
  return 0;
}

/** @param {{ workspace: string }} demo */
async function openEditor(demo) {
  const host = await import('../tools/vscode-host/index.mjs');
  sayWhatOpens(demo.workspace);
  const extensionPaths = [PROJECT, AUTORUN];
  const code = values.server === true ? undefined : host.findDesktopCode();
  if (code !== undefined) {
    say(`Opening ${code}. Close its window, or press Ctrl-C, to end the demo.`);
    const desktop = host.openDesktop(code, {
      extensionPaths,
      workspace: demo.workspace,
      userDataDir: join(stateDir, 'desktop'),
    });
    cleanUps.push(() => desktop.close());
    await desktop.closed;
    return 0;
  }
  const server = await host.startServer(await host.installServer('minimum', say), { workspace: demo.workspace });
  cleanUps.push(() => server.stop());
  const url = host.workbenchUrl(server, { extensionPaths, workspace: demo.workspace });
  openInBrowser(url);
  say('No desktop VS Code was found, so one runs as a server. Open this in a browser; Ctrl-C ends the demo:');
  process.stdout.write(`${url}\n`);
  return await new Promise(() => undefined);
}

/** @param {number} code */
async function finish(code) {
  // In reverse: the editor before the servers it looks at.
  for (const cleanUp of cleanUps.splice(0).reverse()) await Promise.resolve(cleanUp()).catch(() => undefined);
  process.exit(code);
}
