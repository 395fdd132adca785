// @ts-check
'use strict';
// Loaded into VS Code's server with `--require`. Its standard input is a pipe from the script that started it: when
// that script is gone, even by SIGKILL, the pipe ends, and so does the server with everything it started.
if (/server-main\.js$/.test(process.argv[1] ?? '')) {
  process.stdin.resume();
  process.stdin.on('error', endGroup);
  process.stdin.on('close', endGroup);
}

function endGroup() {
  process.kill(-process.pid, 'SIGKILL');
}
