/** The check as people run it: the built command, with its JSON. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnosis, RowDetails } from '../../src/model/diagnosis';
import { runCommand } from '../support/commandLine';
import { RULES } from './kinds';

export interface Choice {
  readonly asking: boolean;
  readonly rules: boolean;
}

export interface Checked {
  readonly choice: Choice;
  /** By row id. */
  readonly samples: ReadonlyMap<number, RowDetails>;
  readonly types: Diagnosis['taskTypes'];
}

export const CHOICES: readonly Choice[] = [
  { asking: false, rules: false },
  { asking: false, rules: true },
  { asking: true, rules: false },
  { asking: true, rules: true },
];

export function choiceInWords({ asking, rules }: Choice): string {
  return `${asking ? 'workers asked' : 'nobody asked'}, ${rules ? 'with rules' : 'without rules'}`;
}

/**
 * @param broker what the command is told of the broker, by its environment
 * @param folder where the file of rules may be written
 * @throws Error when the command did not end with 0
 */
export async function check(
  databaseUrl: string,
  broker: Readonly<Record<string, string>>,
  choice: Choice,
  folder: string,
): Promise<Checked> {
  const rules = join(folder, 'effects.json');
  writeFileSync(rules, JSON.stringify(RULES));
  const words = ['--hours', '0', '--status', 'SCHEDULED,PENDING', '--check-execution'];
  words.push('--limit', '1000', '--format', 'json');
  if (choice.asking) words.push('--ask-workers');
  if (choice.rules) words.push('--effects', rules);
  const { code, stdout, stderr } = await runCommand(words, { DATABASE_URL: databaseUrl, ...broker });
  if (code !== 0) throw new Error(`The check ended with ${String(code)}: ${stderr}`);
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  const { taskTypes: types } = diagnosis;
  const samples = types.flatMap((type) => type.samples);
  return { choice, types, samples: new Map(samples.map((sample) => [sample.id, sample])) };
}
