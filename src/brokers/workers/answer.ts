import { record } from '../../wire/plainJson';

/** What one worker answered to one question. */
export interface Answer {
  readonly worker: string;
  /** Null: the worker answered with an error. */
  readonly value: unknown;
}

/**
 * @param body `{worker: value}`; the value becomes null where the worker could only answer with an error
 * @returns null where it is no answer
 */
export function answerIn(body: unknown): Answer | null {
  const [entry] = Object.entries(record(body) ?? {});
  if (entry === undefined) return null;
  const [worker, value] = entry;
  const failed = record(value)?.error !== undefined;
  return { worker: worker.slice(0, 512), value: failed ? null : value };
}
