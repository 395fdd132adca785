import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { keepOutput } from './outputs';

const PROGRAM = resolve('dist/check-task-status.js');
/** Ctrl+C, as a keyboard sends it. */
export const CTRL_C = '\u0003';

export interface TerminalRun {
  readonly code: number | null;
  /** Everything that the terminal was sent, of both streams, with its control characters. */
  readonly output: string;
}

/**
 * Runs the built command in a terminal, made by `script`, which Debian (bsdutils) and macOS have.
 * @param columns of the terminal
 * @param environment all of its variables, but for PATH, HOME and TERM
 */
export function startInTerminal(
  argv: readonly string[],
  columns: number,
  environment: Readonly<Record<string, string>> = {},
  cwd?: string,
): { type(keys: string): void; readonly finished: Promise<TerminalRun> } {
  const command = `stty cols ${String(columns)} rows 50; exec ${[process.execPath, '--', PROGRAM, ...argv].map(quoted).join(' ')}`;
  const args =
    process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', command] : ['-qec', command, '/dev/null'];
  const child = spawn('script', args, {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      TERM: 'xterm',
      SHELL: '/bin/sh',
      ...environment,
    },
    // Its end would be Ctrl+D.
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.on('error', () => undefined);
  const finished = new Promise<TerminalRun>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => {
      keepOutput('cli', output);
      done({ code, output });
    });
  });
  return { type: (keys) => child.stdin.write(keys), finished };
}

export function runInTerminal(...run: Parameters<typeof startInTerminal>): Promise<TerminalRun> {
  return startInTerminal(...run).finished;
}

/** What is on the screen in the end: lines that were rewritten count as they were last. */
export function screenOf(output: string): string[] {
  // eslint-disable-next-line no-control-regex
  const plain = output.replace(/\u001b\[[\d;]*m/g, '').replaceAll('\r\n', '\n');
  return plain
    .split('\n')
    .map((line) => line.split('\r\u001b[K').at(-1) ?? '')
    .join('\n')
    .trimEnd()
    .split('\n');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
