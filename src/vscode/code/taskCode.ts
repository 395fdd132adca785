import * as vscode from 'vscode';
import { taskTypeName } from '../../model/diagnosis';
import { escapeUnsafe } from '../../base/unsafeText';
import { taskPlaces } from './taskSource';
import { locationOf, workspaceSources } from './workspaceSources';
import { findCallers } from '../../python/findCallers';
import { findReceivers } from '../../python/findReceivers';
import { signalOfRow } from '../../python/signalOfRow';
import type { CallerSearch, ReceiverSearch, SignalNamed } from '../../python/model';
import type { ChosenTask } from './chosenTask';
import { openAt, pickPlace, placeItem, type PlaceItem } from './pickPlace';
import { whenSlow } from '../shared/whenSlow';

/** Opens the function of a task; the user picks where several are possible. */
export async function goToSource(task: ChosenTask): Promise<vscode.Location | undefined> {
  const name = nameOf(task);
  const { places, looked } = await whenSlow(`Looking for ${name}`, (signal) =>
    taskPlaces(workspaceSources(), task, signal),
  );
  if (places.length === 0) {
    await tellMissing(task, `The code of ${name} was not found. ${looked}`);
    return undefined;
  }
  const items = places.map(({ location, says }) => placeItem(escapeUnsafe(task.taskName), location, says));
  return await goTo(`Source of ${name}`, 'It may be any of these', items);
}

/** The code of `execute_signal` is the library's: what it runs is in the receivers. */
async function tellMissing(task: ChosenTask, sentence: string): Promise<void> {
  if (!signalOf(task)) {
    void vscode.window.showInformationMessage(sentence);
    return;
  }
  const receivers = 'Show Signal Receivers';
  const answer = await vscode.window.showInformationMessage(sentence, receivers);
  if (answer === receivers) await showReceivers(task);
}

/** Shows who sends a task: in the editor's own list over its function where that is known, else to pick from. */
export async function showCallers(task: ChosenTask): Promise<CallerSearch> {
  const name = nameOf(task);
  const files = workspaceSources();
  const [search, { places }] = await whenSlow(
    `Looking for callers of ${name}`,
    async (signal) => await Promise.all([findCallers(files, task, signal), taskPlaces(files, task, signal)]),
  );
  const { callers, looked } = search;
  const [home] = places;
  if (callers.length === 0) {
    void vscode.window.showInformationMessage(`Nothing was found that sends ${name}. ${looked}`);
  } else if (home) {
    await openAt(home.location);
    const locations = callers.map(({ place }) => locationOf(place));
    const { uri, range } = home.location;
    await vscode.commands.executeCommand('editor.action.peekLocations', uri, range.start, locations, 'peek');
  } else {
    const items = callers.map(({ place, text, inFunction, certain }) =>
      placeItem(
        text,
        locationOf(place),
        [inFunction && `in ${inFunction}`, certain ? undefined : 'by its name only'].filter(Boolean).join(', '),
      ),
    );
    await goTo(`Callers of ${name}`, 'Where it is sent', items);
  }
  return search;
}

const SENDERS = {
  model: 'for this model',
  any: 'for every sender',
  unclear: 'its sender could not be followed',
} as const;

/** Shows what a worker runs for a row of `execute_signal`. */
export async function showReceivers(task: ChosenTask): Promise<ReceiverSearch | undefined> {
  const named = signalOf(task);
  if (!named) {
    void vscode.window.showInformationMessage(
      'Choose a sample of execute_signal first: the signal and the model stand in its arguments.',
    );
    return undefined;
  }
  const name = `${named.signalName} of ${named.senderName}`;
  const search = await whenSlow(`Looking for receivers of ${name}`, (signal) =>
    findReceivers(workspaceSources(), named, signal),
  );
  const items = [
    ...search.receivers.map(({ functionName, place, sender, certain }) =>
      placeItem(functionName, locationOf(place), certain ? SENDERS[sender] : `${SENDERS[sender]}, by its name only`),
    ),
    ...search.definitions.map((place) => placeItem(named.signalName, locationOf(place), 'the signal itself')),
  ];
  if (search.receivers.length === 0)
    void vscode.window.showInformationMessage(`No receiver of ${name} was found. ${search.looked}`);
  if (items.length > 0) await goTo(`Receivers of ${name}`, 'What a worker runs for it', items);
  return search;
}

async function goTo(
  title: string,
  placeHolder: string,
  items: readonly PlaceItem[],
): Promise<vscode.Location | undefined> {
  const [only, another] = items;
  const location = only && !another ? only.location : await pickPlace(title, placeHolder, items);
  if (location) await openAt(location);
  return location;
}

function signalOf({ taskName, sample }: ChosenTask): SignalNamed | undefined {
  return signalOfRow(taskName, sample?.arguments?.rawJSON ?? null);
}

function nameOf(task: ChosenTask): string {
  return escapeUnsafe(taskTypeName(task));
}
