import { stateOf, wasRead, type SourceReport, type SourceState } from '../../model/sources';
import { cureOf, sourceWords } from './words';

/** A source that did not tell all it could, with what to do about that. */
export interface SourceTrouble {
  /** Several where one server or setting is the reason for all. */
  readonly names: readonly string[];
  /** `partial`: it answered, and could not tell everything. */
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

/** Which sources answered, and each other one, those with the same reason together. */
export function sourceLines(sources: readonly SourceReport[]): SourceLines {
  const answered: string[] = [];
  const troubles: (SourceTrouble & { readonly names: string[] })[] = [];
  for (const source of sources) {
    const { detail, gaps = [] } = source;
    const name = sourceWords(source.name).title;
    if (wasRead(source)) answered.push(name);
    const state = stateOf(source);
    if (state === 'ok') continue;
    const same = troubles.find((trouble) => trouble.detail === detail && trouble.state === state);
    if (same) {
      same.names.push(name);
      continue;
    }
    const cure = cureOf(source);
    const settings = gaps.some(({ setting }) => setting !== undefined) || cure?.setting !== undefined;
    troubles.push({ names: [name], state, detail, cure: cure?.says ?? null, settings });
  }
  return { answered, troubles };
}

/** How far the sources were read, as a sentence. */
export function howFarRead(sources: readonly SourceReport[]): string {
  const unread = sources.filter((source) => !wasRead(source)).length;
  const partial = sources.filter((source) => stateOf(source) === 'partial').length;
  const all = sources.length;
  if (unread + partial === 0)
    return all > 1
      ? 'Every source was read.'
      : 'Only the table of tasks was read: whether the tasks ran was not verified.';
  const inPart = `${partial} ${partial === 1 ? 'was' : 'were'} read in part`;
  if (unread === 0)
    return `Of ${all} sources ${inPart}: what ${partial === 1 ? 'it' : 'they'} did not tell stays open.`;
  const open = 'what they would decide stays open.';
  return `${unread} of ${all} sources could not be used${partial === 0 ? '' : `, and ${inPart}`}: ${open}`;
}
