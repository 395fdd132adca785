import type { ToPage } from '../report/panelMessages';
import type { StoryState } from '../report/storyMessages';

let state: StoryState | null = null;
const listeners = new Set<() => void>();

/** Null until the editor has sent it. */
export function currentStory(): StoryState | null {
  return state;
}

export function subscribeStory(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes in what the editor says. */
export function receiveStory(message: ToPage): void {
  if (message.type !== 'story') return;
  state = message.state;
  for (const listener of listeners) listener();
}
