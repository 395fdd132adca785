import { sameServer } from '../../connect/profile';
import type { RowDetails } from '../../model/diagnosis';
import type { RowGroup } from '../../model/judgedRows';
import { typeKey } from '../../model/taskType';
import type { CheckResult } from '../checks/checkState';
import type { ResultRows } from '../checks/resultRows';
import { isBelow, rowsKey, samplesOfCheck, type LoadedPages, type RowsNode } from './treeNodes';

/** One pass over the table a page: worth a good number of rows. */
const PAGE_SIZE = 100;
/** More would make every refresh slow. */
const MOST_KEPT = 2000;

interface Page {
  readonly node: RowsNode;
  readonly samples: readonly RowDetails[];
  readonly complete: boolean;
}

/** Samples that were loaded beyond those of the check. They stay over a refresh, as far as they are still what they were loaded as. */
export class LoadedRows {
  private readonly byKey = new Map<string, Page>();
  private readonly loading = new Map<string, Promise<void>>();

  constructor(
    private readonly rows: Pick<ResultRows, 'page' | 'byId'>,
    private readonly shown: () => CheckResult | undefined,
  ) {}

  get pages(): LoadedPages {
    return this.byKey;
  }

  /**
   * Loads the next page below a node; a second call while it loads waits for the same page.
   * @returns whether there is something new to show: a check that ended meanwhile has other samples
   * @throws Problem
   */
  async more(node: RowsNode): Promise<boolean> {
    const key = rowsKey(node);
    const before = this.shown();
    const loading = this.loading.get(key) ?? this.load(key, node);
    this.loading.set(key, loading);
    try {
      await loading;
    } finally {
      if (this.loading.get(key) === loading) this.loading.delete(key);
    }
    return this.shown() === before;
  }

  /**
   * Another result is shown.
   * @returns whether rows were kept that are to be read again
   */
  turn(before: CheckResult | undefined, now: CheckResult | undefined): boolean {
    this.loading.clear();
    const isSame =
      before !== undefined &&
      now !== undefined &&
      sameServer(before.profile, now.profile) &&
      before.request.table === now.request.table;
    const kept = [...this.byKey.values()].reduce((sum, { samples }) => sum + samples.length, 0);
    if (!isSame || kept > MOST_KEPT) this.byKey.clear();
    else this.keepFitting(now);
    return this.byKey.size > 0;
  }

  /** Reads what was kept over a refresh again. @returns whether it is still the result that is shown @throws Problem */
  async again(): Promise<boolean> {
    const now = this.shown();
    const pages = [...this.byKey];
    const ids = pages.flatMap(([, { samples }]) => samples.map(({ id }) => id));
    if (!now || ids.length === 0) return false;
    const found = new Map((await this.rows.byId(ids)).map((row) => [row.id, row]));
    if (this.shown() !== now) return false;
    for (const [key, page] of pages) {
      const samples = page.samples.map(({ id }) => found.get(id)).filter((row) => row !== undefined);
      this.byKey.set(key, { ...page, samples: samples.filter((row) => isStuck(row, page.node, now)) });
    }
    return true;
  }

  private async load(key: string, node: RowsNode): Promise<void> {
    const result = this.shown();
    if (!result) return;
    const loaded = this.byKey.get(key)?.samples ?? [];
    const known = [...samplesOfCheck(node, (id) => result.judged.outcomeOf(id)), ...loaded];
    const verified = node.cells.some(({ verdict }) => verdict !== undefined);
    const page = verified ? await this.judged(node, known, result) : await this.unjudged(node, known);
    if (this.shown() !== result) return;
    this.byKey.set(key, { node, samples: [...loaded, ...page.samples], complete: page.complete });
  }

  /** The next rows of a type, newest first. */
  private async unjudged(node: RowsNode, known: readonly RowDetails[]): Promise<Pick<Page, 'samples' | 'complete'>> {
    const last = known.at(-1);
    const samples = await this.rows.page({
      type: node.type,
      statuses: node.statuses,
      size: PAGE_SIZE,
      ...(last ? { after: { lastRun: last.lastRun, id: last.id } } : {}),
    });
    return { samples, complete: samples.length < PAGE_SIZE };
  }

  /** The next rows that the check judged to be what the node says, without those that moved since. */
  private async judged(
    node: RowsNode,
    known: readonly RowDetails[],
    result: CheckResult,
  ): Promise<Pick<Page, 'samples' | 'complete'>> {
    const shown = new Set(known.map(({ id }) => id));
    const type = typeKey(node.type);
    const isMeant = (group: RowGroup): boolean => typeKey(group) === type && isBelow(node, group);
    const left = result.judged.newest(isMeant).filter((id) => !shown.has(id));
    for (let from = 0; from < left.length; from += PAGE_SIZE) {
      const rows = await this.rows.byId(left.slice(from, from + PAGE_SIZE));
      const samples = rows.filter((row) => isStuck(row, node, result));
      if (samples.length > 0) return { samples, complete: from + PAGE_SIZE >= left.length };
    }
    return { samples: [], complete: true };
  }

  /** Leaves out what another verdict was found of, and types that are gone. */
  private keepFitting({ judged, diagnosis }: CheckResult): void {
    const { checkExecution } = diagnosis.parameters;
    for (const [key, page] of this.byKey) {
      const verified = page.node.cells.some(({ verdict }) => verdict !== undefined);
      const samples = verified
        ? page.samples.filter(({ id }) => isBelow(page.node, judged.outcomeOf(id)))
        : page.samples;
      if (verified !== checkExecution || samples.length === 0) this.byKey.delete(key);
      else this.byKey.set(key, { ...page, samples });
    }
  }
}

/** Whether a row is still stuck by the question of the check. */
export function isStuck(
  row: RowDetails,
  { statuses }: Pick<RowsNode, 'statuses'>,
  { diagnosis }: CheckResult,
): boolean {
  const { olderThan } = diagnosis.parameters;
  return statuses.includes(row.status) && Date.parse(row.lastRun) <= Date.parse(olderThan);
}
