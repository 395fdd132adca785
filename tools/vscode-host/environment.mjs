// @ts-check
import process from 'node:process';

/**
 * The environment for a VS Code of our own: without what a surrounding VS Code (its terminal or its debugger) or npm
 * left in it, which would send commands to the wrong window or start Electron as plain Node.js.
 * @param {Record<string, string | undefined>} [extra] added last; `undefined` removes
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(extra = {}) {
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  for (const [name, value] of Object.entries({ ...process.env, ...extra })) {
    const foreign = /^(VSCODE_(?!EXECUTABLE$)|ELECTRON_|npm_(package|lifecycle|config)_|NODE_OPTIONS$)/.test(name);
    if (value !== undefined && (!foreign || name in extra)) env[name] = value;
  }
  return env;
}
