import { Problem } from '../../../base/problem';
import { isOfCluster } from '../../../base/cutOff';
import { withoutFullStop } from '../../../base/sentences';
import { gapOf, type GapKind, type GapSetting, type SourceGap } from '../../../model/sources';

const NAMED = 3;

interface Reason {
  readonly kind: GapKind;
  readonly setting: GapSetting | undefined;
  readonly things: Set<string>;
}

/** What keeps a search from being complete, by reason, so that one sentence can name it. */
export class Gaps {
  private readonly reasons = new Map<string, Reason>();
  /** The first failure that did not come from the data: a missing right, a lost connection. */
  problem: Problem | undefined;

  /**
   * @param reason as the end of a sentence, with `%` in place of the key or name that it is about, if any
   * @param setting the setting that would let more be read
   */
  add(kind: GapKind, reason: string, what = '', setting?: GapSetting): void {
    const known = this.reasons.get(reason);
    if (known) known.things.add(what);
    else this.reasons.set(reason, { kind, setting, things: new Set([what]) });
  }

  /**
   * Runs a step whose failure leaves the rest of the search possible.
   * @returns undefined where it failed; the failure is noted
   * @throws Problem when the user cancelled or the connection is gone
   */
  async attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (isOfCluster(error)) {
        this.add('cluster', 'some keys are on other servers of the cluster, which were not read');
        return undefined;
      }
      if (!(error instanceof Problem) || error.kind !== 'permission') throw error;
      this.failed(error);
      return undefined;
    }
  }

  failed(problem: Problem): void {
    this.problem ??= problem;
  }

  /** As the end of a sentence; null where there are none. */
  text(): string | null {
    const reasons = this.found().map(({ says }) => says);
    if (this.problem) reasons.unshift(withoutFullStop(this.problem.message));
    return reasons.length === 0 ? null : reasons.join('; ');
  }

  /** The same as data, in the same order. */
  list(): SourceGap[] {
    return [...(this.problem ? [gapOf(this.problem)] : []), ...this.found()];
  }

  private found(): SourceGap[] {
    return [...this.reasons].map(([reason, { kind, setting, things }]) => ({
      kind,
      ...(setting === undefined ? {} : { setting }),
      says: reason.replace('%', () => list([...things])),
    }));
  }
}

/** Names as people write them: `"a", "b" and 4 more`. */
function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map((name) => `"${name.length > 80 ? `${name.slice(0, 79)}…` : name}"`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
