import type { RuleDraft } from '../../model/ruleTest';
import { taskTypeName } from '../../model/diagnosis';
import type { DraftsParts } from './parts';
import type { Basis } from './drafting';
import type { WantedType } from './wantedTypes';

/**
 * Drafts rules: from the code of the workspace, tested on the tasks of the check. Without a check they come from the code alone.
 * @param onStep what is being done, in a few words
 * @throws Problem
 */
export async function makeDrafts(
  _parts: Pick<DraftsParts, 'connections' | 'output'>,
  _basis: Basis,
  types: readonly WantedType[],
  _signal: AbortSignal,
  _onStep: (says: string) => void,
): Promise<RuleDraft[]> {
  return await Promise.resolve(
    types.map((type) => ({ task: taskTypeName(type), rules: [], from: 'code', why: [], because: 'Not yet.' })),
  );
}
