import type { Event } from 'vscode';
import type { Verdict } from '../../model/verdict';

/** What the tree and the report are both narrowed to. */
export interface SharedFilter {
  /** Part of `module.name`; empty: all. */
  readonly text: string;
  /** Null: all. */
  readonly verdict: Verdict | null;
}

/** A place that is narrowed together with the tree. */
export interface FilteredPlace {
  /** The user narrowed it. */
  readonly onDidFilter: Event<SharedFilter>;
  /** Narrows it as the tree is. */
  followFilter(filter: SharedFilter): void;
}
