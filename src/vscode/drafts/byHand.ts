import type { RuleDraft } from '../../model/ruleTest';
import type { CheckResult } from '../checks/checkState';
import type { DraftsParts } from './parts';
import type { WantedType } from './wantedTypes';

export async function createByHand(
  _parts: DraftsParts,
  _result: CheckResult,
  _type: WantedType,
  _signal: AbortSignal,
): Promise<RuleDraft | undefined> {
  return await Promise.resolve(undefined);
}
