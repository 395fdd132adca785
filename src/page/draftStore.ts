import type { DraftState } from '../report/draftMessages';
import type { ToPage } from '../report/panelMessages';

let state: DraftState | null = null;
const listeners = new Set<() => void>();

/** Null until the editor has sent it. */
export function currentDrafts(): DraftState | null {
  return state;
}

export function subscribeDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes in what the editor says. */
export function receiveDrafts(message: ToPage): void {
  if (message.type !== 'drafts') return;
  state = message.state;
  for (const listener of listeners) listener();
}
