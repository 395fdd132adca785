// @ts-check
'use strict';
// The module that VS Code's extension host runs (`extensionTestsPath`), in a desktop VS Code and in the
// server-based one alike. It calls `run()` of the real test module and writes what is printed, and the outcome, to a
// file, one JSON object a line: so nothing is lost, doubled or reordered on the way, not even when the host crashes.
const fs = require('node:fs');
const { format } = require('node:util');

const eventsFile = process.env['HOST_TESTS_EVENTS'] ?? '';
const testsPath = process.env['HOST_TESTS_MODULE'] ?? '';

let over = false;

/** @param {Record<string, unknown>} event */
function report(event) {
  if (over && 'line' in event) return; // VS Code prints the error of a rejected run() again.
  fs.appendFileSync(eventsFile, `${JSON.stringify(event)}\n`);
}

function captureOutput() {
  let groups = 0;
  const print = (/** @type {unknown[]} */ ...values) => {
    const indent = ' '.repeat(2 * groups);
    for (const line of format(...values).split('\n')) report({ line: indent + line });
  };
  const group = (/** @type {unknown[]} */ ...values) => {
    if (values.length > 0) print(...values);
    groups++;
  };
  const groupEnd = () => {
    groups = Math.max(0, groups - 1);
  };
  const prints = { log: print, info: print, warn: print, error: print, debug: print };
  // A console of our own: VS Code has made the methods of its one read-only.
  const console = Object.create(globalThis.console);
  for (const [name, value] of Object.entries({ ...prints, group, groupCollapsed: group, groupEnd })) {
    Object.defineProperty(console, name, { value, writable: true, configurable: true });
  }
  Object.defineProperty(globalThis, 'console', { value: console, writable: true, configurable: true });
  for (const stream of [process.stdout, process.stderr]) {
    let rest = '';
    stream.write = (/** @type {unknown} */ chunk, /** @type {unknown[]} */ ...more) => {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) report({ line });
      const done = more.find((each) => typeof each === 'function');
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }
}

/** @returns {Promise<void>} */
async function run() {
  captureOutput();
  report({ pid: process.pid });
  process.on('exit', (code) => report({ exit: code }));
  try {
    const tests = require(testsPath);
    if (typeof tests.run !== 'function') throw new Error(`${testsPath} exports no function \`run\`.`);
    await tests.run();
    report({ passed: true });
    over = true;
  } catch (error) {
    report({ passed: false, error: error instanceof Error ? error.stack : format(error) });
    over = true;
    throw error;
  }
}

module.exports = { run };
