import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { SHARED_BUFFERS_MB } from './servers';

/** Where and when something was measured, in one line. */
export function machine(): string {
  const gigabytes = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    new Date().toISOString().slice(0, 10),
    `commit ${commit()}`,
    `${String(availableParallelism())} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${gigabytes} GB`,
    `Node ${process.versions.node}`,
    `shared_buffers ${String(SHARED_BUFFERS_MB)} MB, otherwise PostgreSQL's defaults, fsync off, VACUUM ANALYZE after the build`,
  ].join('; ');
}

/** A sentence where other programs take so much of the machine that the numbers say little. */
export function busy(): string | undefined {
  const load = loadavg()[0] ?? 0;
  if (load < availableParallelism() / 2) return undefined;
  return `This machine is busy with other things (load ${load.toFixed(1)} on ${String(availableParallelism())} cores): the times are not to be trusted.`;
}

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' with changes');
  } catch {
    return 'unknown';
  }
}
