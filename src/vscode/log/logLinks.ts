import * as vscode from 'vscode';
import { COMMANDS, LOG_LANGUAGE } from '../shared/contributions';
import { taskOfLogLine } from '../../report/logPlaces';

/** Makes each `Task: module.name` of a log a link to its code, in saved logs too. Looking for it begins at the click. */
export function registerTaskLinks(): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(
    { language: LOG_LANGUAGE },
    {
      provideDocumentLinks: (document) => {
        const links: vscode.DocumentLink[] = [];
        for (let line = 0; line < document.lineCount; line++) {
          const { text, range } = document.lineAt(line);
          const task = taskOfLogLine(text);
          if (!task) continue;
          const start = range.end.translate(0, -`${task.taskModule}.${task.taskName}`.length);
          const link = new vscode.DocumentLink(new vscode.Range(start, range.end), command(task));
          link.tooltip = 'Go to Task Source';
          links.push(link);
        }
        return links;
      },
    },
  );
}

function command(task: object): vscode.Uri {
  return vscode.Uri.from({
    scheme: 'command',
    path: COMMANDS.goToTaskSource,
    query: JSON.stringify([task]),
  });
}
