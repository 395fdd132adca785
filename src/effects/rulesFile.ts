import { parseEffectRules } from './rules';
import type { EffectRule } from '../model/effectRule';
import { echo } from '../base/quoteInput';
import { Problem } from '../base/problem';
import { withoutFullStop } from '../base/sentences';

/**
 * Reads a person's own rules for effects.
 * @param text of a JSON file (schemas/effects.schema.json)
 * @param label what to call the file in an error
 * @throws Problem `invalid`, one sentence
 */
export function effectRulesOf(text: string, label: string): EffectRule[] {
  return parseEffectRules(parseJson(text, label), label);
}

function parseJson(text: string, label: string): unknown {
  try {
    // A byte order mark, which editors on Windows write, is no JSON.
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    throw new Problem('invalid', `${label} is not valid JSON (${echo(withoutFullStop(why))}): correct it there.`, {
      cause: error,
    });
  }
}
