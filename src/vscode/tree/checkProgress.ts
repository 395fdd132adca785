import * as vscode from 'vscode';
import { formatProgress } from '../../model/progress';
import type { Checks } from '../checks/checks';
import type { CheckState } from '../checks/checkState';
import { cancellable } from '../shared/cancellable';
import { VIEW } from '../shared/contributions';

/** A place that says itself where a check is: the view, the report. */
export interface ProgressPlace {
  readonly visible: boolean;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
}

/** Short checks, and a view that is about to come forward, need no notification. */
const SOON_MS = 400;

/** Says once where a check is: in the view or the report where one is visible, else in a notification. */
export function registerCheckProgress(checks: Checks, places: readonly ProgressPlace[]): vscode.Disposable {
  let bar: (() => void) | undefined;
  let notice: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const update = (): void => {
    const running = checks.state.running !== undefined;
    if (running && !bar) bar = showBar();
    if (!running) {
      bar?.();
      bar = undefined;
    }
    const wanted = running && places.every(({ visible }) => !visible);
    if (wanted === (timer !== undefined)) return;
    clearTimeout(timer);
    notice?.();
    notice = undefined;
    timer = wanted ? setTimeout(() => (notice = showNotice(checks)), SOON_MS) : undefined;
  };
  return vscode.Disposable.from(
    new vscode.Disposable(() => {
      clearTimeout(timer);
      notice?.();
      bar?.();
    }),
    checks.onDidChange(update),
    ...places.map(({ onDidChangeVisibility }) => onDidChangeVisibility(update)),
  );
}

/** @returns what ends it */
function showBar(): () => void {
  const { promise, end } = untilEnded();
  void vscode.window.withProgress({ location: { viewId: VIEW } }, () => promise);
  return end;
}

/** @returns what ends it */
function showNotice(checks: Checks): () => void {
  const { promise, end } = untilEnded();
  void cancellable('Checking task status', async (signal, progress) => {
    signal.addEventListener('abort', () => {
      checks.cancel();
    });
    const report = ({ running }: CheckState): void => {
      if (!running?.progress) return;
      // The time goes on while a step takes long: the user sees that it still works, and on what.
      const elapsedMs = performance.now() - running.beganAt;
      progress.report({ message: formatProgress({ ...running.progress, elapsedMs }) });
    };
    const listener = checks.onDidChange(report);
    const ticker = setInterval(() => {
      report(checks.state);
    }, 1000);
    report(checks.state);
    await promise;
    clearInterval(ticker);
    listener.dispose();
  });
  return end;
}

function untilEnded(): { readonly promise: Promise<void>; readonly end: () => void } {
  let end = (): void => undefined;
  const promise = new Promise<void>((resolve) => (end = resolve));
  return { promise, end };
}
