/** What tells one task type from another: its module and its name together. */
export interface TypeId {
  readonly taskModule: string;
  readonly taskName: string;
}

/**
 * A task type as one text, for keys of maps, ids of tree nodes and kept view state. `module.name` is no key: both parts may have dots
 * in them, so two types can share it.
 */
export function typeKey({ taskModule, taskName }: TypeId): string {
  return JSON.stringify([taskModule, taskName]);
}

/** One value for each task type. A look-up builds no key, because it happens for every stuck row. */
export class ByTaskType<T> {
  private readonly byModule = new Map<string, Map<string, T>>();

  get({ taskModule, taskName }: TypeId): T | undefined {
    return this.byModule.get(taskModule)?.get(taskName);
  }

  /** The value of a type; where there is none, the one that `make` gives, which is kept. */
  getOrAdd({ taskModule, taskName }: TypeId, make: () => T): T {
    let byName = this.byModule.get(taskModule);
    if (!byName) this.byModule.set(taskModule, (byName = new Map<string, T>()));
    let value = byName.get(taskName);
    if (value === undefined) byName.set(taskName, (value = make()));
    return value;
  }
}
