import * as vscode from 'vscode';

type Progress = vscode.Progress<{ readonly message?: string }>;

/**
 * Runs a job under a notification that names it and can stop it.
 * @param job receives the signal that the user's Cancel aborts, and the progress to report to
 */
export async function cancellable<T>(
  title: string,
  job: (signal: AbortSignal, progress: Progress) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return await vscode.window.withProgress(options, async (progress: Progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => {
      stop.abort();
    });
    return await job(stop.signal, progress);
  });
}
