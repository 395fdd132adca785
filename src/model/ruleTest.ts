/** Effect rules on trial: what a test on tasks with a known outcome found, and what a draft is. `contract/` declares both. */
import type { Read } from '../base/shape';
import type * as draftContract from './contract/ruleDraft';
import type * as testContract from './contract/ruleTest';

/** One rule, tried on tasks of one type whose outcome is known. */
export type RuleTest = Read<typeof testContract.ruleTest>;

/** How many rows a rule called what. */
export type RuleCounts = Read<typeof testContract.ruleCounts>;

export type RuleOrigin = RuleTest['origin'];

/** What a rule's claim may count for after its test. */
export type Earned = RuleTest['strength']['earned'];

/** Effect rules for one task type, drafted from its code or from the data. */
export type RuleDraft = Read<typeof draftContract.ruleDraft>;

/** What a part of a draft comes from. */
export type DraftReason = Read<typeof draftContract.draftReason>;
