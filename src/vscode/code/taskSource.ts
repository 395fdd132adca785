import type * as vscode from 'vscode';
import { findSideEffects } from '../../python/findSideEffects';
import { findTask } from '../../python/findTask';
import type { FoundTask, SideEffect, SourceFiles, TaskFunction, TaskNamed } from '../../python/model';
import { functionSymbols } from './symbols';
import { locationOf } from './workspaceSources';

/** A place where the code of a task is, or may be. */
export interface TaskPlace {
  readonly location: vscode.Location;
  /** `module.function`, as far as it is known, and how it came to be here. */
  readonly says: string;
}

export interface TaskPlaces {
  /** Best first. */
  readonly places: readonly TaskPlace[];
  /** A sentence: where it was looked. */
  readonly looked: string;
}

const HOW = {
  module: 'in the module that the row names',
  name: 'has this name in Celery',
  're-export': 'imported by the module that the row names',
  elsewhere: 'a task of this name in another module',
} as const;

/**
 * The function of a task. A language server that answers soon is believed; else the code is read.
 * @throws Problem `cancelled`
 */
export async function taskPlaces(files: SourceFiles, task: TaskNamed, signal: AbortSignal): Promise<TaskPlaces> {
  const own = new AbortController();
  const reading = findTask(files, task, AbortSignal.any([signal, own.signal]));
  // It may be stopped before anybody waits for it.
  reading.catch(() => undefined);
  const symbols = await functionSymbols(task);
  if (symbols.length > 0) {
    own.abort();
    const places = symbols.map((location) => ({ location, says: 'known to the language server' }));
    return { places, looked: 'The language server knows it.' };
  }
  const { found, looked } = await reading;
  return { places: taskPlacesOf(found), looked };
}

/** Where functions that were found are, for the editor. */
export function taskPlacesOf(found: readonly FoundTask[]): readonly TaskPlace[] {
  return found.map(({ task: { place, qualifiedName }, how }) => ({
    location: locationOf(place),
    says: `${qualifiedName}, ${HOW[how]}`,
  }));
}

/** What the code of a task says about running it again. */
export interface TaskSideEffects {
  readonly task: TaskFunction;
  readonly sideEffects: readonly SideEffect[];
}

/**
 * The risk that the code of a task shows, of its best candidate.
 * @returns undefined when its code is not in the workspace
 * @throws Problem `cancelled`
 */
export async function taskSideEffects(
  files: SourceFiles,
  named: TaskNamed,
  signal: AbortSignal,
): Promise<TaskSideEffects | undefined> {
  const { found } = await findTask(files, named, signal);
  const task = found[0]?.task;
  return task && { task, sideEffects: await findSideEffects(files, task, signal) };
}
