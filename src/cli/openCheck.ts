/** What a check needs of the command line: its servers, and the options of verification. */
import { readFile } from 'node:fs/promises';
import { redact } from '../base/redact';
import { Problem } from '../base/problem';
import type { Caller, CheckSources, VerificationOptions } from '../check/options';
import { openSources } from '../connect/openSources';
import { BUILT_IN_EFFECTS } from '../effects/builtIn';
import { effectRulesOf } from '../effects/rulesFile';
import { rulesFrom } from '../model/effectRule';
import type { CliOptions, VerificationFlags } from './arguments';
import type { Messages } from './messages';

export function sayNotes({ notes }: Pick<CliOptions, 'notes'>, messages: Messages): void {
  for (const note of notes) messages.say(redact(note));
}

/** Progress goes to standard error, unless the person wants none. */
export function callerOf(
  { quiet }: Pick<CliOptions, 'quiet'>,
  { signal, messages }: { readonly signal: AbortSignal; readonly messages: Messages },
): Pick<Caller, 'signal' | 'onProgress'> {
  return {
    signal,
    onProgress: (event) => {
      if (!quiet) messages.progress(event);
    },
  };
}

export async function openNamed(
  { database, databaseOfFile, statementTimeoutMs, verification }: CliOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CheckSources> {
  const servers = { database, ...verification?.servers };
  return await openSources(servers, { statementTimeoutMs, environment, namedByPerson: databaseOfFile !== true });
}

/** @throws Problem `invalid` when the file of --effects cannot be used */
export async function verificationOptions({
  askWorkers,
  maxQueueScan,
  verifyAtMost,
  effectsFile,
}: VerificationFlags): Promise<VerificationOptions> {
  const own =
    effectsFile === undefined
      ? []
      : rulesFrom('own', effectRulesOf(await readRules(effectsFile), `--effects ${effectsFile}`));
  return { askWorkers, maxQueueScan, verifyAtMost, effects: [...own, ...BUILT_IN_EFFECTS] };
}

async function readRules(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Problem('invalid', `--effects ${path} cannot be read (${code}): name a JSON file with rules.`, {
      cause: error,
    });
  }
}
