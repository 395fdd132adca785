import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { keepOutput } from './outputs';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

const PROGRAM = resolve('dist/check-task-status.js');

/** The built command with only these variables of the environment. */
export function startCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): { child: ChildProcess; finished: Promise<Finished> } {
  const start = performance.now();
  // Node looks at an `--env-file` behind the program too, unless there is a `--` before it (nodejs/node#54232).
  const child = spawn(process.execPath, ['--', PROGRAM, ...argv], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = new Promise<Finished>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code, signal) => {
      keepOutput('cli', stdout, stderr);
      done({ code, signal, stdout, stderr, milliseconds: performance.now() - start });
    });
  });
  return { child, finished };
}

export function runCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Finished> {
  return startCommand(argv, environment, cwd).finished;
}
