import type { WorkersView } from '../../model/facts';
import { amount, list, record, size, text } from '../../wire/plainJson';
import type { Answer } from './answer';
import type { Method } from './questions';
import { registeredTask } from './registered';
import { reportedTasks, type ReportedTask } from './tasks';

/** What the workers of one broker, or of one part of it, answered to all questions. */
export interface Round {
  /** Workers that received the questions, busy or not. */
  readonly receivers: number;
  /** By method: the workers' answers. Two workers can have one name, so an answer is not replaced by another. */
  readonly answers: ReadonlyMap<Method, readonly Answer[]>;
}

/** What all workers together told. */
export interface Told extends Pick<WorkersView, 'workers' | 'consumedQueues' | 'registered' | 'revoked'> {
  readonly receivers: number;
  /** Workers that reported everything they have. */
  readonly answered: number;
  readonly tasks: readonly ReportedTask[];
}

const HAVING = ['active', 'reserved', 'scheduled'] as const;

export function toldIn(rounds: readonly Round[]): Told {
  const parts = rounds.map(readRound);
  return {
    receivers: sum(rounds.map(({ receivers }) => receivers)),
    answered: sum(parts.map((part) => part.answered)),
    workers: parts.flatMap((part) => part.workers),
    tasks: parts.flatMap((part) => part.tasks),
    consumedQueues: joined(rounds, 'active_queues', (queue) => text(record(queue)?.name)),
    registered: joined(rounds, 'registered', (line) => (typeof line === 'string' ? registeredTask(line).name : null)),
    revoked: someRevoked(rounds),
  };
}

function readRound({ answers }: Round): Pick<Told, 'answered' | 'tasks' | 'workers'> {
  const of = (method: Method): readonly Answer[] => answers.get(method) ?? [];
  const tasks = HAVING.flatMap((state) =>
    of(state).flatMap(({ worker, value }) => reportedTasks(state, worker, value)),
  );
  const names = [...new Set([...answers.values()].flat().map(({ worker }) => worker))].sort();
  const valueOf = (method: Method, name: string): unknown => of(method).find(({ worker }) => worker === name)?.value;
  const count = (method: Method, name: string): number | null => list(valueOf(method, name))?.length ?? null;
  return {
    // Two workers with one name count as one that answered, so that the other counts as silent: which of them has what cannot be told.
    answered: names.filter((name) => HAVING.every((method) => count(method, name) !== null)).length,
    tasks,
    workers: names.map((name) => {
      const stats = record(valueOf('stats', name));
      return {
        name,
        seen: 'answered',
        queues: list(valueOf('active_queues', name))?.flatMap((queue) => text(record(queue)?.name) ?? []) ?? null,
        active: count('active', name),
        reserved: count('reserved', name),
        scheduled: count('scheduled', name),
        concurrency: size(record(stats?.pool)?.['max-concurrency']),
        uptimeSeconds: amount(stats?.uptime),
      };
    }),
  };
}

/** All items of all workers' lists, by name; null unless every receiver answered with a list: what is missing in it would be believed. */
function joined(rounds: readonly Round[], method: Method, name: (item: unknown) => string | null): Set<string> | null {
  const names = new Set<string>();
  for (const { receivers, answers } of rounds) {
    const lists = (answers.get(method) ?? []).flatMap(({ value }) => {
      const items = list(value);
      return items === null ? [] : [items];
    });
    if (lists.length < receivers) return null;
    for (const item of lists.flat()) {
      const found = name(item);
      if (found !== null) names.add(found);
    }
  }
  return rounds.some(({ receivers }) => receivers > 0) ? names : null;
}

/** A single worker that will throw an id away is enough to know it. */
function someRevoked(rounds: readonly Round[]): Set<string> | null {
  const lists = rounds.flatMap(({ answers }) => answers.get('revoked') ?? []);
  if (lists.length === 0) return null;
  return new Set(lists.flatMap(({ value }) => (list(value) ?? []).filter((id) => typeof id === 'string')));
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
