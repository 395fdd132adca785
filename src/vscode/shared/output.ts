import type * as vscode from 'vscode';
import { redact } from '../../base/redact';

/** The output channel as this extension writes it. */
export interface Output {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
  /** Opens it before the person's eyes. */
  show(): void;
}

/** Every line that goes to the channel is redacted, whoever wrote it. */
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
