import * as vscode from 'vscode';
import { number } from '../../base/numbers';
import { taskTypeName, type RowDetails } from '../../model/diagnosis';
import { escapeUnsafe } from '../../base/unsafeText';
import { installedPlaces, libraryOf } from './libraryTask';
import { taskPlaces } from './taskSource';
import { locationOf, workspaceSources } from './workspaceSources';
import { findCallers } from '../../python/findCallers';
import { findReceivers } from '../../python/findReceivers';
import { SIGNAL_TASK, signalOfRow } from '../../python/signalOfRow';
import type { Caller, CallerSearch, ReceiverSearch, SignalNamed } from '../../python/model';
import type { ChosenTask } from './chosenTask';
import { openAt, pickPlace, placeItem, type PlaceItem } from './pickPlace';
import { whenSlow } from '../shared/whenSlow';

/**
 * Opens the function of a task; the user picks where several are possible. A task of the library is opened where it is installed, and what
 * does its work is offered.
 * @param rows of the same type that the report shows: they name signals
 */
export async function goToSource(
  task: ChosenTask,
  rows: readonly RowDetails[] = [],
): Promise<vscode.Location | undefined> {
  const name = nameOf(task);
  const { places, looked } = await whenSlow(`Looking for ${name}`, (signal) =>
    taskPlaces(workspaceSources(), task, signal),
  );
  const library = libraryOf(task);
  if (places.length === 0 && library === undefined) {
    void vscode.window.showInformationMessage(looked);
    return undefined;
  }
  const installed =
    places.length > 0 ? [] : await whenSlow(`Looking for ${name}`, (signal) => installedPlaces(task, signal));
  const items = [...places, ...installed].map(({ location, says }) =>
    placeItem(escapeUnsafe(task.taskName), location, says),
  );
  const opened = items.length === 0 ? undefined : await goTo(`Source of ${name}`, 'It may be any of these', items);
  if (library !== undefined && places.length === 0) void tellLibrary(task, library, rows, opened !== undefined);
  return opened;
}

/** The code of `execute_signal` is the library's: what it runs is in the receivers. */
async function tellLibrary(
  task: ChosenTask,
  library: string,
  rows: readonly RowDetails[],
  isOpen: boolean,
): Promise<void> {
  const part = `${escapeUnsafe(task.taskName)} is part of ${library}`;
  if (task.taskName !== SIGNAL_TASK) {
    if (!isOpen) void vscode.window.showInformationMessage(`${part}, and no .venv or venv of this workspace has it.`);
    return;
  }
  const receivers = 'Show Receivers';
  const answer = await vscode.window.showInformationMessage(`${part}. Signal receivers do its work.`, receivers);
  if (answer === receivers) await showReceivers(task, rows);
}

/** Shows who sends a task: in the editor's own list over its function where that is known, else to pick from. */
export async function showCallers(task: ChosenTask): Promise<CallerSearch> {
  const name = nameOf(task);
  const files = workspaceSources();
  const [search, { places }] = await whenSlow(
    `Looking for callers of ${name}`,
    async (signal) => await Promise.all([findCallers(files, task, signal), taskPlaces(files, task, signal)]),
  );
  const { callers, mentions, looked } = search;
  const [home] = places;
  if (callers.length === 0) {
    // What the person is told may wait for an answer; the search is done.
    void tellNoCaller(name, mentions, looked);
  } else if (home) {
    await openAt(home.location);
    const locations = callers.map(({ place }) => locationOf(place));
    const { uri, range } = home.location;
    await vscode.commands.executeCommand('editor.action.peekLocations', uri, range.start, locations, 'peek');
  } else await goTo(`Callers of ${name}`, 'Where it is sent', callers.map(callerItem));
  return search;
}

const MENTIONS_TOLD = 3;

/** A route or a list in the settings names a task, and sends none. */
async function tellNoCaller(name: string, mentions: readonly Caller[], looked: string): Promise<void> {
  if (mentions.length === 0) {
    void vscode.window.showInformationMessage(`No caller of ${name} was found. ${looked}`);
    return;
  }
  const items = mentions.map(callerItem);
  const places = items.slice(0, MENTIONS_TOLD).map(({ description = '' }) => description);
  const more = items.length > MENTIONS_TOLD ? ` and ${number(items.length - MENTIONS_TOLD)} more` : '';
  const show = items.length === 1 ? 'Show It' : 'Show Them';
  const answer = await vscode.window.showInformationMessage(
    `No caller of ${name} was found; it is named in: ${places.join(', ')}${more}.`,
    show,
  );
  if (answer === show) await goTo(`Where ${name} is named`, 'None of these sends it', items);
}

function callerItem({ place, text, inFunction, certain }: Caller): PlaceItem {
  const details = [inFunction && `in ${inFunction}`, certain ? undefined : 'by its name only'];
  return placeItem(text, locationOf(place), details.filter(Boolean).join(', '));
}

const SENDERS = {
  model: 'for this model',
  any: 'for every sender',
  unclear: 'its sender could not be followed',
} as const;

/**
 * Shows what a worker runs for a row of `execute_signal`.
 * @param rows of the type: where the task is no row, the user picks one of the signals that they name
 */
export async function showReceivers(
  task: ChosenTask,
  rows: readonly RowDetails[] = [],
): Promise<ReceiverSearch | undefined> {
  const named = signalOf(task) ?? (await pickSignal(rows));
  if (!named) return undefined;
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

async function pickSignal(rows: readonly RowDetails[]): Promise<SignalNamed | undefined> {
  const signals = new Map<string, SignalNamed>();
  for (const { arguments: given } of rows) {
    const signal = signalOfRow(SIGNAL_TASK, given?.rawJSON ?? null);
    if (signal) signals.set(JSON.stringify(signal), signal);
  }
  const [only, another] = [...signals.values()];
  if (!only) {
    void vscode.window.showInformationMessage(
      'No sample of execute_signal is shown whose arguments name a signal and a model: check with more samples, or choose one.',
    );
    return undefined;
  }
  if (!another) return only;
  const items = [...signals.values()].map((signal) => ({
    label: escapeUnsafe(signal.signalName),
    description: escapeUnsafe(`of ${signal.senderModule}.${signal.senderName}`),
    signal,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Receivers',
    placeHolder: 'Of which signal? The samples of this report name these',
    matchOnDescription: true,
  });
  return picked?.signal;
}

function signalOf({ taskName, sample }: ChosenTask): SignalNamed | undefined {
  return signalOfRow(taskName, sample?.arguments?.rawJSON ?? null);
}

function nameOf(task: ChosenTask): string {
  return escapeUnsafe(taskTypeName(task));
}
