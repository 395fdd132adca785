#!/usr/bin/env node
import { version } from '../package.json';
import { main } from './cli/main';

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second one means that the person will not wait for the server.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}
// `check-task-status | head` closes the pipe early: that is no error of ours.
process.stdout.on('error', () => process.exit(0));
process.stderr.on('error', () => undefined);

void main({
  argv: process.argv.slice(2),
  environment: process.env,
  version,
  signal: stop.signal,
  out: (text) => process.stdout.write(text),
  err: (line) => process.stderr.write(`${line}\n`),
}).then((code) => {
  process.exitCode = code;
});
