/**
 * Stands in for the editor in the report's HTML file: the same messages, answered from the Diagnosis that the file holds. Must run before
 * `report.js`.
 */
import type { Diagnosis } from '../../model/diagnosis';
import { headText, type FromPage, type PanelState, type ToPage } from '../../report/panelMessages';

/** What the file holds, as JSON. */
interface Held {
  readonly state: PanelState;
  readonly diagnosis: Diagnosis;
}

const ID = 'file';
const { state, diagnosis } = JSON.parse(document.getElementById('diagnosis')?.textContent ?? '') as Held;
let kept: unknown;

Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: FromPage) => {
      setTimeout(() => {
        answer(message);
      });
    },
    // Where a page was is not worth the rights that keeping it would take.
    getState: () => kept,
    setState: (next: unknown) => {
      kept = next;
    },
  }),
});

function say(message: ToPage): void {
  window.dispatchEvent(new MessageEvent('message', { data: message }));
}

/** What only an editor can do, the page does not offer here. */
function answer(message: FromPage): void {
  if (message.type === 'ready') {
    say({ type: 'state', state });
    say({ type: 'diagnosis', id: ID, head: headText(diagnosis) });
  } else if (message.type === 'samples') {
    const { samples = [], examples = [] } = diagnosis.taskTypes[message.taskType] ?? {};
    say({ type: 'samples', request: message.request, samples, examples });
  } else if (message.type === 'copy') {
    void navigator.clipboard.writeText(message.text).then(() => {
      say({ type: 'copied', request: message.request });
    });
  }
}

/** What the toolkit and the styles know the theme by: the browser's own choice, also when that changes. */
const dark = window.matchMedia('(prefers-color-scheme: dark)');
function follow(): void {
  document.body.className = dark.matches ? 'vscode-dark' : 'vscode-light';
}
follow();
dark.addEventListener('change', follow);
