// @ts-check
import os from 'node:os';
import process from 'node:process';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** @type {Set<() => void>} */
const cleanups = new Set();

/**
 * Runs something synchronous when this process ends, by itself or by a signal.
 * @param {() => void} cleanup what it throws is ignored
 * @returns {() => void} call it when the cleanup is no longer needed
 */
export function onProcessEnd(cleanup) {
  if (cleanups.size === 0) {
    process.on('exit', runAll);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  cleanups.add(cleanup);
  return () => {
    if (!cleanups.delete(cleanup) || cleanups.size > 0) return;
    process.off('exit', runAll);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

/**
 * Ends a process group politely, then by force.
 * @param {number} leader pid of the process that was started with `detached: true`
 * @param {number} [patience] milliseconds it gets to end by itself
 * @returns {Promise<void>} when no process of the group is left
 */
export async function endGroup(leader, patience = 1000) {
  signalGroup(leader, 'SIGTERM');
  const deadline = Date.now() + patience;
  while (groupLives(leader) && Date.now() < deadline) await delay(30);
  signalGroup(leader, 'SIGKILL');
  while (groupLives(leader) && Date.now() < deadline + 2000) await delay(30);
}

/**
 * Ends a process group at once, without waiting.
 * @param {number} leader
 * @returns {void}
 */
export function killGroup(leader) {
  signalGroup(leader, 'SIGKILL');
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
export function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function runAll() {
  for (const cleanup of cleanups) {
    try {
      cleanup();
    } catch {
      // E.g. a folder that a dying process still writes to: the others must have their turn.
    }
  }
  cleanups.clear();
}

/** @param {NodeJS.Signals} signal */
function onSignal(signal) {
  runAll();
  for (const each of SIGNALS) process.off(each, onSignal);
  // Another listener decides; without one the signal ends us, with the exit code that shells use for it.
  if (process.listenerCount(signal) === 0) process.exit(128 + os.constants.signals[signal]);
}

/**
 * @param {number} leader
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean} whether there was such a group
 */
function signalGroup(leader, signal) {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, signal);
    return true;
  } catch {
    return false;
  }
}

/** @param {number} leader */
function groupLives(leader) {
  return signalGroup(leader, 0);
}
