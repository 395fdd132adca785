import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { Bench } from './bench';
import type { Fault, Seen } from './fault';
import { untracked } from './residue';

/** The file that lies there already, and must be whole afterwards. */
const OLD = 'the log of yesterday\n';

/** What a file system can do to the log. It costs the log alone: the report was printed before. */
export const LOG_FAULTS: readonly Fault[] = [
  onFileSystem(
    'Log: the disk is full',
    'size=16k',
    (folder) => `head -c 12000 /dev/zero > '${folder}/rest'`,
    /the disk is full/,
  ),
  onFileSystem(
    'Log: the folder is read-only',
    'size=1m',
    (folder) => `mount -o remount,ro '${folder}'`,
    /the disk is read-only/,
  ),
  {
    name: 'Log: a device that is always full (/dev/full)',
    inject: (bench) => Promise.resolve({ run: () => command(bench, '/dev/full') }),
    expected: { ends: 'whole, and a sentence', says: /it is a pipe or a device/ },
  },
  {
    name: 'Log: a file stands where its folder should be',
    inject: (bench) => {
      const folder = mkdtempSync(join(tmpdir(), 'faults-log-'));
      writeFileSync(join(folder, 'file'), OLD);
      return Promise.resolve({
        run: () => command(bench, join(folder, 'file', 'check.log')),
        heal: () => {
          rmSync(folder, { recursive: true });
          return Promise.resolve();
        },
      });
    },
    expected: { ends: 'whole, and a sentence', says: /a part of the path is a file/ },
  },
];

/**
 * Why the faults of a file system of our own cannot be made on this machine; undefined where they can.
 * They need Linux, and root or user namespaces: the file system is mounted where only the command sees it.
 */
export function withoutFileSystems(): string | undefined {
  const tried = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { encoding: 'utf8' });
  if (tried.status === 0) return undefined;
  return `a file system cannot be mounted here (${(tried.error?.message ?? tried.stderr).trim()})`;
}

function onFileSystem(name: string, options: string, spoil: (folder: string) => string, says: RegExp): Fault {
  return {
    name,
    needsMount: true,
    inject: (bench) => {
      const folder = mkdtempSync(join(tmpdir(), 'faults-log-'));
      const before = `mount -t tmpfs -o ${options} none '${folder}' && printf '${OLD.trim()}\\n' > '${folder}/check.log' && ${spoil(folder)}`;
      // What the command leaves is looked at where it was written: outside, the file system does not exist.
      const after = `{ echo "@@$(ls -A '${folder}' | tr '\\n' ' ')@@$(cat '${folder}/check.log')" >&2; }`;
      return Promise.resolve({
        run: () =>
          command(bench, join(folder, 'check.log'), [
            'unshare',
            '-rm',
            'sh',
            '-c',
            `${before} && { "$@"; code=$?; ${after}; exit $code; }`,
            'sh',
          ]),
        heal: () => {
          if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
          rmSync(folder, { recursive: true });
          return Promise.resolve();
        },
      });
    },
    expected: { ends: 'whole, and a sentence', says },
  };
}

/** The built command writes its log to `path`. */
async function command(bench: Bench, path: string, before: readonly string[] = []): Promise<Seen> {
  const argv = [
    ...before,
    process.execPath,
    resolve('dist/check-task-status.js'),
    '--check-execution',
    '--format=json',
    '--status=SCHEDULED,PENDING',
    `--log-file=${path}`,
  ];
  const { good } = bench;
  const env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: good.databaseUrl,
    CELERY_BROKER_URL: good.brokerUrl,
    CELERY_RESULT_BACKEND: good.resultsUrl,
  };
  const done = await untracked(
    () =>
      new Promise<{ code: unknown; stdout: string; stderr: string }>((ended) =>
        execFile(argv[0]!, argv.slice(1), { env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
          ended({ code: error?.code ?? 0, stdout, stderr });
        }),
      ),
  );
  const [said = '', files, old] = done.stderr.split('@@');
  if (files !== undefined && (files.includes('.tmp') || old !== OLD))
    throw new Error(`the folder holds ${files}, the log "${old ?? ''}"`);
  if (done.code !== 2) throw new Error(`exit code ${String(done.code)}: ${said}`);
  const message = said.trimEnd().split('\n').at(-1) ?? '';
  return {
    diagnosis: JSON.parse(done.stdout) as Diagnosis,
    problem: { kind: 'invalid', message },
    texts: [done.stderr],
  };
}
