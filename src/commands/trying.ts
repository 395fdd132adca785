import * as vscode from 'vscode';

/** Shows that a server is being tried, and lets the person stop it. @param what the server or the connection */
export async function trying<T>(what: string, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title: `Trying ${what}...`, cancellable: true };
  return await vscode.window.withProgress(options, async (_, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => {
      stop.abort();
    });
    return await job(stop.signal);
  });
}
