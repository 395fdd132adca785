/** What the sessions show together. */
export interface Around {
  readonly others: number;
  readonly hidden: number;
  /** Whose statements the server does not record (track_activities). */
  readonly untracked: number;
  readonly poolers: number;
  /** Other tables of this name in the database. */
  readonly namesakes: number;
  /** We are connected through a pooler ourselves. */
  readonly pooled: boolean;
  readonly standby: boolean;
  /** Saves whose row cannot be told because they are cut, or because their values are parameters. */
  readonly cut: number;
  readonly bound: number;
  readonly killed: number | null;
  readonly abandoned: number | null;
}
