// @ts-check
import { spawn } from 'node:child_process';
import process from 'node:process';

/**
 * Opens an address in the user's browser. Does nothing without a desktop.
 * @param {string} url
 * @returns {void}
 */
export function openInBrowser(url) {
  const display = process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (process.platform === 'linux' && !display) return;
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.once('error', () => {}); // No such program: the address is printed anyway.
  child.unref();
}
