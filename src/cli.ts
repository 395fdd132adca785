#!/usr/bin/env node
import { version } from '../package.json';
import { failed, main } from './cli/main';
import { Messages } from './cli/messages';

const messages = new Messages(process.stderr, process.env);

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    messages.clear();
    // A second one means that the person will not wait for the server.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `check-task-status | head` closes the pipe early: that is no error of ours, and the log file is still to be written.
  if (error.code === 'EPIPE') return;
  process.exitCode = 2;
  messages.say(`The report could not be printed (${error.code ?? error.message}): choose another place for it.`);
});
process.stderr.on('error', () => undefined);
// Node would print a stack trace, with what the driver had in its hands.
process.on('uncaughtException', (error) => {
  process.exit(failed(error, messages));
});

void main({
  argv: process.argv.slice(2),
  environment: process.env,
  version,
  signal: stop.signal,
  // Not process.cwd(), which fails where the folder was deleted.
  folder: '.',
  stdout: process.stdout,
  messages,
}).then((code) => {
  process.exitCode ??= code;
});
