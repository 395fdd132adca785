import type { SourceReport, SourceState } from '../../model/diagnosis';
import { cureOf, sourceWords } from './words';

/** A source that did not tell all it could, with what to do about that. */
export interface SourceTrouble {
  /** Several where one server or setting is the reason for all. */
  readonly names: readonly string[];
  /** `partial`: it answered, but a setting kept it from telling more. */
  readonly state: Exclude<SourceState, 'ok'>;
  readonly detail: string;
  /** A sentence; null where the detail says it itself, or nothing is known. */
  readonly cure: string | null;
  /** Whether a setting is (part of) the cure. */
  readonly settings: boolean;
}

export interface SourceLines {
  /** As people call them. */
  readonly answered: readonly string[];
  readonly troubles: readonly SourceTrouble[];
}

/** Settings that a report names as what limits it. */
const LIMITED = /celeryTasks\.[a-zA-Z]+/;
const IN_SETTINGS = /celeryTasks\.[a-zA-Z]+|redisUrl|Name the broker|Name the result backend/;

/** Which sources answered, and each other one, those with the same reason together. */
export function sourceLines(sources: readonly SourceReport[]): SourceLines {
  const answered: string[] = [];
  const troubles: (SourceTrouble & { readonly names: string[] })[] = [];
  for (const source of sources) {
    const name = sourceWords(source.name).title;
    if (source.state === 'ok' || source.state === 'partial') answered.push(name);
    const state = stateOf(source);
    if (state === null) continue;
    const same = troubles.find((trouble) => trouble.detail === source.detail && trouble.state === state);
    if (same) {
      same.names.push(name);
      continue;
    }
    const cure = cureOf(source);
    const settings = IN_SETTINGS.test(`${source.detail} ${cure ?? ''}`);
    troubles.push({ names: [name], state, detail: source.detail, cure, settings });
  }
  return { answered, troubles };
}

function stateOf({ state, detail }: SourceReport): SourceTrouble['state'] | null {
  if (state !== 'ok') return state;
  return LIMITED.test(detail) ? 'partial' : null;
}
