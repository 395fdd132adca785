import type * as vscode from 'vscode';
import type { Checks } from '../checks/checks';
import type { Connections } from '../connections/connections';
import type { Output } from '../shared/output';

/** What drafting needs of the rest of the editor's code. */
export interface DraftsParts {
  readonly checks: Checks;
  readonly connections: Connections;
  readonly extensionUri: vscode.Uri;
  readonly output: Output;
}
