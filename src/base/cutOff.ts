import { Problem } from './problem';

/**
 * Whether a server that is there closed the line on a question, also when it was asked again over a new one: its answer is larger than what
 * the server keeps for a client (`client-output-buffer-limit`), or than a proxy lets through. A smaller question may be answered.
 */
export function isCutOff(error: unknown): boolean {
  return error instanceof Problem && error.kind === 'connection-lost';
}

/** Whether a node of a cluster says that a key is with another one, or that it answers for one key at a time only. */
export function isOfCluster(error: unknown): boolean {
  const text = error instanceof Problem ? error.cause : error;
  return text instanceof Error && /^(MOVED|ASK|CROSSSLOT)\b/.test(text.message);
}
