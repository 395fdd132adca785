import { Problem } from '../../../base/problem';
import { isOfCluster } from '../../../base/cutOff';

const NAMED = 3;

/** What keeps a search from being complete, by reason, so that one sentence can name it. */
export class Gaps {
  private readonly reasons = new Map<string, Set<string>>();
  /** The first source of trouble that was not in the data: no right, no connection. */
  problem: Problem | undefined;

  /** @param reason as the end of a sentence, with `%` where what it is about stands, if anything */
  add(reason: string, what = ''): void {
    const known = this.reasons.get(reason);
    if (known) known.add(what);
    else this.reasons.set(reason, new Set([what]));
  }

  /**
   * Runs a step whose failure leaves the rest of the search possible.
   * @returns undefined where it failed; the failure is noted
   * @throws Problem when the person cancelled or the connection is gone
   */
  async attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (isOfCluster(error)) {
        this.add('some keys are on other servers of the cluster, which were not read');
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
    const reasons = [...this.reasons].map(([reason, things]) => reason.replace('%', () => list([...things])));
    if (this.problem) reasons.unshift(clause(this.problem.message));
    return reasons.length === 0 ? null : reasons.join('; ');
  }
}

/** Names as people write them: `"a", "b" and 4 more`. */
function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map((name) => `"${name.length > 80 ? `${name.slice(0, 79)}…` : name}"`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

function clause(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
