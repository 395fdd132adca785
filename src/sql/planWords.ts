import { count, number } from '../base/numbers';
import { readPlan, type PlanFacts, type PlanRead } from './plan';

/** Pages of PostgreSQL are 8 kB unless somebody built it otherwise. */
const PAGE_BYTES = 8192;

/** What a plan means, in two or three sentences. @param measured whether the statement was run */
export function planInWords(plan: readonly string[], measured: boolean): string[] {
  const facts = readPlan(plan);
  return [how(facts), ...(measured ? [whatItTook(facts)] : [])];
}

function how({ reads, workersPlanned, workersLaunched }: PlanFacts): string {
  const ways = [...new Set(reads.map(way))];
  const parallel =
    workersPlanned === 0
      ? 'in one process'
      : `with ${count(workersPlanned, 'parallel worker')} planned${workersLaunched === undefined ? '' : ` and ${number(workersLaunched)} launched`}`;
  return `It reads ${ways.length === 0 ? 'no table' : ways.join(', and ')}, ${parallel}.`;
}

function way({ kind, name }: PlanRead): string {
  switch (kind) {
    case 'sequential':
      return `${name} from its first page to its last (a sequential scan)`;
    case 'sample':
      return `some pages of ${name}, chosen at random (a sample scan)`;
    case 'index-only':
      return `the index ${name} alone`;
    case 'index':
    case 'bitmap':
      return `the rows that the index ${name} points to`;
    case 'foreign':
      return `${name} on another server`;
  }
}

function whatItTook({
  milliseconds = 0,
  rowsRemoved,
  pagesHit = 0,
  pagesRead = 0,
  pagesSpilled = 0,
}: PlanFacts): string {
  const megabytes = (pages: number): string => `${number(Math.round((pages * PAGE_BYTES) / 1e5) / 10)} MB`;
  const parts = [
    `${(milliseconds / 1000).toFixed(2)} s`,
    `${megabytes(pagesHit)} from the server's memory and ${megabytes(pagesRead)} from its disk or the operating system's cache`,
    ...(rowsRemoved === undefined ? [] : [`${count(rowsRemoved, 'row')} read and discarded`]),
    pagesSpilled === 0 ? 'nothing spilled to temporary files' : `${megabytes(pagesSpilled)} spilled to temporary files`,
  ];
  return `It took ${parts.join(', ')}.`;
}
