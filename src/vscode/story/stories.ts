import type { ConnectionProfile } from '../../connect/profile';
import { formatProgress, type OnProgress } from '../../model/progress';
import type { AskedTask, TaskStory } from '../../model/story';
import type { Connections } from '../connections/connections';
import { checkSettings } from '../shared/settings';
import type { Output } from '../shared/output';

/** Tells stories of single tasks, with a check or without one. Keeps nothing. */
export class Stories {
  /** Aborted when the window closes. */
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly connections: Pick<Connections, 'open'>,
    private readonly output: Output,
  ) {}

  /** Asking for a task is the consent to read broker and results; workers are asked only where that is turned on. @throws Problem */
  async tell(
    profile: ConnectionProfile,
    asked: AskedTask,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<TaskStory> {
    const { prepare } = await import('../checks/prepare');
    const { tellStory } = await import('../../check/taskStory');
    const settings = checkSettings();
    const table = profile.table ?? settings.table;
    const { sources, options } = await prepare(this.connections, profile, { ...settings, table, checkExecution: true });
    const { verification, maskedKeys } = options;
    if (!verification) throw new Error('A story needs verification.');
    const job = tellStory(sources, { table, maskedKeys, verification }, asked, {
      signal: AbortSignal.any([signal, this.closing.signal]),
      onProgress: (event) => {
        this.output.info(`Task ${String(asked.id)}: ${formatProgress(event)}`);
        onProgress(event);
      },
    });
    this.running.add(job);
    try {
      return await job;
    } finally {
      this.running.delete(job);
    }
  }

  /** Cancels what runs. @returns when its queries have ended on the server too */
  async stop(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.running);
  }
}
