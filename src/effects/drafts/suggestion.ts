import type { EffectRule } from '../../model/effectRule';
import type { DraftReason, RuleDraft } from '../../model/ruleTest';

/**
 * A rule for one task type that its code or the data suggests, before it is tested. Of several, those that come first are those that the
 * code guarantees most.
 */
export interface CandidateRule {
  readonly rule: EffectRule;
  readonly from: RuleDraft['from'];
  readonly why: readonly DraftReason[];
}
