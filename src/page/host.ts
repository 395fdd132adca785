import type { Filters } from './model/filters';
import type { StoryAction } from '../report/storyMessages';
import type { DraftAction } from '../report/draftMessages';
import type { DraftsWanted, FixRows, FromPage, LogPlace, PageAction, ToPage } from '../report/panelMessages';
import type { RowDetails } from '../model/diagnosis';

/** What VS Code gives a webview, once. A plain browser gets the same from `tools/report-server/`. */
interface VsCodeApi {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();
const waiting = new Map<number, (answer: ToPage) => void>();
let lastRequest = 0;

/** Passes on what the editor says, except answers to requests, which go to who asked. Says `ready` first. */
export function listen(onMessage: (message: ToPage) => void): void {
  window.addEventListener('message', ({ data }: MessageEvent<ToPage | null>) => {
    if (typeof data !== 'object' || data === null) return;
    if (!('request' in data)) {
      onMessage(data);
      return;
    }
    waiting.get(data.request)?.(data);
    waiting.delete(data.request);
  });
  api.postMessage({ type: 'ready' });
}

/** Asks the editor to do something; how it went comes back as state. */
export function act(action: PageAction): void {
  api.postMessage({ type: 'do', action });
}

/** Runs the same check once more, of all tasks that are at least so old. */
export function checkHours(hours: number): void {
  api.postMessage({ type: 'checkHours', hours });
}

/** Tells the editor what the user narrowed the report to. */
export function filtered({ text, verdict }: Pick<Filters, 'text' | 'verdict'>): void {
  api.postMessage({ type: 'filtered', text, verdict });
}

export function openLogAt(diagnosis: string, place: LogPlace): void {
  api.postMessage({ type: 'openLogAt', diagnosis, place });
}

/** Opens the code of the task type at this place of the Diagnosis. */
export function goToSource(diagnosis: string, taskType: number): void {
  api.postMessage({ type: 'goToSource', diagnosis, taskType });
}

/** Asks the editor to do something about the one task that the page shows. */
export function storyDo(action: StoryAction): void {
  api.postMessage({ type: 'storyDo', action });
}

/** Asks the editor to do something with a draft; null: with all that decide something. */
export function draftDo(action: DraftAction, draft: number | null): void {
  api.postMessage({ type: 'draftDo', action, draft });
}

/** Opens the line of the code that a part of a draft comes from. */
export function draftPlace(draft: number, reason: number): void {
  api.postMessage({ type: 'draftPlace', draft, reason });
}

/** Drafts effect rules for what a recommendation is about, or for one task type. */
export function draftRules(diagnosis: string, about: DraftsWanted): void {
  api.postMessage({ type: 'draftRules', diagnosis, about });
}

/** Begins to make a fix script for these rows. */
export function fixScript(diagnosis: string, rows: FixRows): void {
  api.postMessage({ type: 'fixScript', diagnosis, rows });
}

/** The samples of the task type at this place of the Diagnosis. Never settles when another Diagnosis came meanwhile. */
export async function samplesOf(diagnosis: string, taskType: number): Promise<Samples> {
  const answer = await ask({ type: 'samples', request: ++lastRequest, diagnosis, taskType });
  return answer.type === 'samples' ? answer : { samples: [], examples: [] };
}

/** The newest rows of a task type, and one row of each outcome that none of them has. */
export interface Samples {
  readonly samples: readonly RowDetails[];
  readonly examples: readonly RowDetails[];
}

/** Resolves when the text is on the clipboard. */
export async function copy(text: string): Promise<void> {
  await ask({ type: 'copy', request: ++lastRequest, text });
}

function ask(message: FromPage & { readonly request: number }): Promise<ToPage> {
  return new Promise((resolve) => {
    waiting.set(message.request, resolve);
    api.postMessage(message);
  });
}

/** What the page kept while it was hidden or the editor restarted; undefined at first. */
export function keptState(): unknown {
  return api.getState();
}

export function keepState(state: unknown): void {
  api.setState(state);
}
