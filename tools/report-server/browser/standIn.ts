/**
 * Stands in for VS Code in a plain browser: the same messages, answered from one saved Diagnosis. Bundled and served by
 * `tools/report-server/server.ts`, which puts the scene before it.
 */
import { headText, type FromPage, type ToPage } from '../../../src/report/panelMessages';
import type { Scene } from '../scene';

/** What a test sees of the page's other side. */
export interface StandIn {
  /** Everything that the page said, oldest first. */
  readonly received: FromPage[];
  /** Says something to the page, as the editor would. */
  send(message: ToPage): void;
}

declare global {
  interface Window {
    readonly reportScene: Scene;
    reportHost: StandIn;
    acquireVsCodeApi: () => {
      postMessage(message: FromPage): void;
      getState(): unknown;
      setState(state: unknown): void;
    };
  }
}

const KEPT = 'report-state';
const scene = window.reportScene;
const received: FromPage[] = [];

window.reportHost = { received, send };
window.acquireVsCodeApi = () => ({
  postMessage: (message) => {
    // A copy, as in VS Code: the page cannot share objects with the editor.
    const copy = structuredClone(message);
    received.push(copy);
    setTimeout(() => {
      answer(copy);
    });
  },
  getState: () => {
    const kept = sessionStorage.getItem(KEPT);
    return kept === null ? undefined : (JSON.parse(kept) as unknown);
  },
  setState: (state) => {
    sessionStorage.setItem(KEPT, JSON.stringify(state));
  },
});

function send(message: ToPage): void {
  window.postMessage(message, '*');
}

function answer(message: FromPage): void {
  switch (message.type) {
    case 'ready':
      if (scene.drafts) {
        send({ type: 'drafts', state: scene.drafts });
        return;
      }
      if (scene.story) {
        send({ type: 'story', state: scene.story });
        return;
      }
      send({ type: 'state', state: scene.state });
      send({ type: 'diagnosis', id: scene.id, head: scene.diagnosis && headText(scene.diagnosis) });
      return;
    case 'samples': {
      const type = message.diagnosis === scene.id ? scene.diagnosis?.taskTypes[message.taskType] : undefined;
      if (type) {
        const { samples, examples = [] } = type;
        send({ type: 'samples', request: message.request, samples, examples });
      }
      return;
    }
    case 'copy':
      void navigator.clipboard.writeText(message.text).then(() => {
        send({ type: 'copied', request: message.request });
      });
      return;
    case 'do':
      if (message.action === 'exportJson') save();
      else say(message);
      return;
    case 'checkHours':
    case 'filtered':
    case 'openLogAt':
    case 'goToSource':
    case 'fixScript':
    case 'storyDo':
    case 'draftDo':
    case 'draftPlace':
    case 'draftRules':
      say(message);
  }
}

function save(): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([scene.exported], { type: 'application/json' }));
  link.download = 'celery-task-diagnosis.json';
  link.click();
  URL.revokeObjectURL(link.href);
}

function say(message: FromPage): void {
  // eslint-disable-next-line no-console -- in a plain browser the console is where the editor's part is seen
  console.info('The editor is asked to', JSON.stringify(message));
}
