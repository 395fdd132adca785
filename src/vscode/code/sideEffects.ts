import * as vscode from 'vscode';
import { taskTypeName } from '../../model/diagnosis';
import { escapeUnsafe } from '../../base/unsafeText';
import { taskSideEffects, type TaskSideEffects } from './taskSource';
import { locationOf, workspaceSources } from './workspaceSources';
import type { SideEffect, SideEffectKind, TaskNamed } from '../../python/model';
import { openAt, pickPlace, placeItem, type PlaceItem } from './pickPlace';
import { whenSlow } from '../shared/whenSlow';

const KINDS: Readonly<Record<SideEffectKind, string>> = {
  http: 'calls another system over HTTP',
  email: 'sends e-mail',
  payment: 'takes or gives money',
  sms: 'sends a text message',
  message: 'sends a message',
  storage: 'writes to a storage service',
  file: 'writes a file',
  process: 'starts a program',
  task: 'sends another task',
};

/** Shows the lines of a task's code that ask for care before it runs again. */
export async function showSideEffects(task: TaskNamed): Promise<TaskSideEffects | undefined> {
  const name = escapeUnsafe(taskTypeName(task));
  const found = await whenSlow(`Reading the code of ${name}`, (signal) =>
    taskSideEffects(workspaceSources(), task, signal),
  );
  if (!found) {
    void vscode.window.showInformationMessage(`The code of ${name} was not found in this workspace.`);
    return undefined;
  }
  const items = sideEffectItems(found);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      `Nothing that leaves the process was found in the code of ${name} that could be read. Code of libraries was not looked at.`,
    );
    return found;
  }
  const place = await pickPlace(
    `Before ${name} runs again`,
    'What the code in this workspace does; the workers may run another version',
    items,
  );
  if (place) await openAt(place);
  return found;
}

function sideEffectItems({ task, sideEffects }: TaskSideEffects): PlaceItem[] {
  return [
    ...sideEffects.map((one) => placeItem(one.call, locationOf(one.place), sideEffectWords(one))),
    ...task.raisesRetry.map(({ place }) =>
      placeItem(
        'raise RetryTask',
        locationOf(place),
        'a retry that succeeds leaves its row PENDING (retry-not-recorded)',
      ),
    ),
    ...task.options.flatMap(({ name, text, place, means }) =>
      means === undefined ? [] : [placeItem(`${name}=${text}`, locationOf(place), means)],
    ),
  ];
}

/** `calls another system over HTTP, through post` */
export function sideEffectWords({ kind, via, certain }: SideEffect): string {
  return [KINDS[kind], via.length > 0 ? `through ${via.join(', ')}` : '', certain ? '' : 'by its name only']
    .filter(Boolean)
    .join(', ');
}
