import type * as vscode from 'vscode';
import { redact } from '../../base/redact';

/** The output channel as this extension writes it. */
export interface Output {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
  /** Shows the channel to the user. */
  show(): void;
}

/** Redacts every line that goes to the channel. */
export function redactedOutput(channel: vscode.LogOutputChannel): Output {
  return {
    info: (line) => {
      channel.info(redact(line));
    },
    warn: (line) => {
      channel.warn(redact(line));
    },
    error: (line) => {
      channel.error(redact(line));
    },
    show: () => {
      channel.show();
    },
  };
}
