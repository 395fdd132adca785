// @ts-check
/**
 * `npm start`: the main job on a machine with nothing but Node. Installs, builds, starts the demo's servers, opens a VS Code on
 * them. With --once, or without a terminal, it runs the check there without a person and prints the diagnostic log.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, openInBrowser, PROJECT, run, say } from '../tools/machine/index.mjs';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean' },
    rows: { type: 'string' },
    server: { type: 'boolean' },
    'state-dir': { type: 'string' },
  },
});
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

async function main() {
  await ensureDependencies();
  say('Building...');
  if ((await run(process.execPath, ['esbuild.js', '--production'])) !== 0)
    throw new Error('The build failed; see above.');
  const { startDemo } = await import('../tools/demo/index.mjs');
  const demo = await startDemo({
    log: say,
    stateDir,
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
