/** Reads what the application's processes note of themselves (app/notes.py). */
import { existsSync, readFileSync } from 'node:fs';

/** One run of the library's wrapper: of a first message, which makes a row, or of a second one. */
export interface Run {
  /** Celery's id of its message. */
  readonly id: string;
  readonly pid: number;
  /** `module.name`. */
  readonly task: string;
  readonly n: number;
  readonly attempts: number | null;
  readonly page: number;
  /** Null while a first message has not made its row. */
  row: number | null;
  /** Of a first message. */
  first: boolean;
  /** The names of its steps, in their order. */
  readonly steps: string[];
  /** What the body raised. */
  raised?: string;
  /** How the wrapper ended; absent: it did not. */
  end?: string;
  /** Unix time, seconds. */
  readonly began: number;
}

/** A message that a worker has in its memory. */
export interface Remembered {
  readonly id: string;
  readonly where: 'scheduled' | 'reserved' | 'active';
  readonly task: string;
  readonly row: number | null;
}

/** A message that Celery threw away. */
interface Discarded {
  readonly t: number;
  readonly row: number | null;
  readonly id: string;
  /** `expired`, `revoked`, `terminated` or `unknown`. */
  readonly why: string;
}

interface Line {
  readonly t: number;
  readonly pid: number;
  readonly event: string;
  readonly id?: string;
  readonly task?: string;
  readonly n?: number;
  readonly row?: number | null;
  readonly attempts?: number | null;
  readonly page?: number;
  readonly first?: boolean;
  readonly kind?: string;
  readonly how?: string;
  readonly why?: string;
  readonly asked?: string;
  readonly worker?: string;
  readonly tasks?: readonly Remembered[];
}

export class Trace {
  readonly runs: Run[] = [];
  readonly discarded: Discarded[] = [];
  /** How many lines it has: it grows while anything happens. */
  lines = 0;
  private readonly open = new Map<number, Run>();
  /** By the word with which they were asked, what the workers answered. */
  private readonly memories = new Map<string, Map<string, readonly Remembered[]>>();

  constructor(private readonly file: string) {}

  /** Reads what was written since the last time. */
  read(): this {
    if (!existsSync(this.file)) return this;
    const lines = readFileSync(this.file, 'utf8').split('\n').slice(this.lines, -1);
    this.lines += lines.length;
    for (const line of lines) this.take(JSON.parse(line) as Line);
    return this;
  }

  /** Runs that have no end and whose process lives. */
  alive(): Run[] {
    return [...this.open.values()].filter(({ pid }) => lives(pid));
  }

  /** What workers noted when they were asked with this word. */
  memory(asked: string): ReadonlyMap<string, readonly Remembered[]> {
    return this.memories.get(asked) ?? new Map();
  }

  private take(line: Line): void {
    const { event, t } = line;
    if (event === 'memory') {
      const answers = this.memories.get(line.asked!) ?? new Map<string, readonly Remembered[]>();
      this.memories.set(line.asked!, answers.set(line.worker!, line.tasks!));
    } else if (event === 'discarded') {
      this.discarded.push({ t, id: line.id!, row: line.row ?? null, why: line.why! });
    } else if (event === 'unknown') {
      this.discarded.push({ t, id: line.id!, row: null, why: 'unknown' });
    } else if (event === 'begin') this.begin(line);
    else this.step(line);
  }

  private begin({ id, pid, task, n, row, attempts, page, t }: Line): void {
    const run: Run = {
      id: id!,
      pid,
      task: task!,
      n: n!,
      row: row ?? null,
      attempts: attempts ?? null,
      page: page ?? 0,
      first: false,
      steps: [],
      began: t,
    };
    this.runs.push(run);
    this.open.set(pid, run);
  }

  private step({ event, pid, row, first, kind, how }: Line): void {
    const run = this.open.get(pid);
    if (run === undefined) return;
    if (first === true) run.first = true;
    if (row !== undefined) run.row = row;
    if (event === 'end') {
      run.end = how!;
      this.open.delete(pid);
      return;
    }
    run.steps.push(event);
    if (event === 'raised' && kind !== undefined) run.raised = kind;
  }
}

/** Whether a process is there and is no zombie. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${String(pid)}/stat`;
  if (!existsSync('/proc/self/stat')) return true;
  try {
    // The state stands after the name, which is in parentheses.
    return !/^.*\) [ZX]/s.test(readFileSync(stat, 'utf8'));
  } catch {
    return false;
  }
}
