/** What drafts are chosen from: rules that code or data suggest, before they are tested. */
import type { EffectRule } from '../../model/effectRule';
import type { DraftReason, RuleDraft } from '../../model/ruleTest';
import type { TypeId } from '../../model/taskType';
import type { CodePlace } from '../../python/model';

/** One rule for one task type. Of several candidates, those that come first are those that the code guarantees most. */
export interface CandidateRule {
  readonly rule: EffectRule;
  readonly from: RuleDraft['from'];
  readonly why: readonly DraftReason[];
  /** For an editor: where each part of `why` is in the code; absent where it comes from the data. */
  readonly places?: readonly CodePlace[];
}

/** What the code of a task type suggests. */
export interface CodeFound {
  /** The best first. */
  readonly candidates: readonly CandidateRule[];
  /** The names of its positional parameters, without `self`; empty where they are not known. */
  readonly parameters: readonly string[];
  /** The code was found, and all of it could be followed: what it does not show, the task does not leave. */
  readonly followed: boolean;
  /** Why there is no candidate, in sentences. */
  readonly because?: string;
  /** The name of the function in its `def`; absent where it was not found. */
  readonly place?: CodePlace;
}

/** The Python code of a workspace, read as text: nothing of it runs. */
export interface TaskCode {
  /** @throws Problem `cancelled` */
  candidates(type: TypeId, signal: AbortSignal): Promise<CodeFound>;
}
