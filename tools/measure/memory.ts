/** One check in a process of its own that looks at its memory: `node --expose-gc memory.js '{"databaseUrl": …}'`. Prints JSON. */
import { readFileSync, writeFileSync } from 'node:fs';
import { check, type CheckRequest } from './check';

/** Bytes. */
export interface MemoryUsed {
  /** Of the process at most, above what it had with drivers loaded and connections made. */
  readonly peakAboveIdle: number;
  readonly idle: number;
  /** What was alive at most, above idle: heap and buffers after a collection in the middle of the work. */
  readonly aliveAboveIdle: number;
  /** What is left at the end, the Diagnosis. */
  readonly leftAboveIdle: number;
  readonly ms: number;
  readonly types: number;
}

export interface MemoryRequest extends CheckRequest {
  /** Between two looks at what is alive, which wait for a collection. */
  readonly everyMs: number;
}

async function main({ everyMs, ...request }: MemoryRequest): Promise<MemoryUsed> {
  // Everything that is loaded and compiled once.
  await check({ ...request, hours: 800_000 });
  const idleAlive = alive();
  const idle = process.memoryUsage().rss;
  forgetPeak();
  let peak = idle;
  let most = 0;
  let looked = performance.now();
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  // A check that fails must not leave the process waiting for the next look.
  timer.unref();
  const { ms, diagnosis } = await check({
    ...request,
    onProgress: () => {
      peak = Math.max(peak, process.memoryUsage().rss);
      if (performance.now() - looked < everyMs) return;
      most = Math.max(most, alive());
      looked = performance.now();
    },
  });
  clearInterval(timer);
  peak = Math.max(peak, process.memoryUsage().rss, peakOfSystem());
  const left = alive();
  return {
    peakAboveIdle: peak - idle,
    idle,
    aliveAboveIdle: Math.max(most, left) - idleAlive,
    leftAboveIdle: left - idleAlive,
    ms,
    // Here, so that it is alive until now.
    types: diagnosis.taskTypes.length,
  };
}

function alive(): number {
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Linux counts the peak itself, so that none is missed between two looks; from here on anew. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Another system: what was seen counts.
  }
}

/** Bytes; 0 where the system does not say. */
function peakOfSystem(): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

main(JSON.parse(process.argv[2] ?? '{}') as MemoryRequest).then(
  (used) => {
    process.stdout.write(JSON.stringify(used));
  },
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exitCode = 1;
  },
);
