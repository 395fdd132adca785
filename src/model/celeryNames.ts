/** Under which names Celery knows the task types: `module.name`, unless the decorator says `name=`. */
export interface CeleryNames {
  /**
   * @param type `module.name` of a row. @param task the name in a message
   * @returns `own`: it is that type's; `other`: it is that of something else; `perhaps`: nothing tells
   */
  readonly relation: (type: string, task: string) => 'own' | 'other' | 'perhaps';
  /** Whether the broker has a message of one of these types, or one that names a row by both its numbers. */
  readonly ours: boolean;
  /** Names in messages whose numbers are those of rows of other types: another application's. */
  readonly foreign: ReadonlySet<string>;
}
