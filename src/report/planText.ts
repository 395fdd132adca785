import { count, number } from '../diagnosis/numbers';
import { escapeUnsafe } from '../diagnosis/unsafeText';
import type { Explained } from '../diagnosis/explain';
import { readPlan, type PlanFacts, type PlanRead } from '../scan/plan';

/** Pages of PostgreSQL are 8 kB unless somebody built it otherwise. */
const PAGE_BYTES = 8192;

/**
 * The plan of a scan as a document: in words, the settings, each statement as it is sent with its values, and EXPLAIN's own lines. It is
 * SQL with comments. Ends with a line break.
 */
export function planText({ explanation, server }: Explained): string {
  const { mode, settings, statements } = explanation;
  const { serverVersion, address, table, estimatedRows, tableBytes } = server;
  const rows = estimatedRows === null ? 'never analyzed' : `about ${count(estimatedRows, 'row')}`;
  const lines = [
    comment(`How PostgreSQL ${serverVersion} at ${address} ${mode === 'analyze' ? 'ran' : 'would run'} a check's scan`),
    comment(`Table ${table}: ${rows}, ${number(Math.round(tableBytes / 1e5) / 10)} MB`),
    '',
    comment('Settings in effect, of our transaction only'),
    ...settings.map(({ name, value }) => comment(`  ${name} = ${value}`)),
    ...statements.flatMap(({ name, text, values, plan }) => [
      '',
      comment(`In words: ${name}. ${planInWords(plan, mode === 'analyze').join(' ')}`),
      '',
      ...text
        .split('\n')
        .map(escapeUnsafe)
        .filter((line) => line.trim() !== ''),
      ...values.map((value, index) => comment(`$${String(index + 1)} = ${JSON.stringify(value)}`)),
      '',
      comment(mode === 'analyze' ? 'EXPLAIN (ANALYZE, BUFFERS)' : 'EXPLAIN'),
      ...plan.map((line) => comment(`  ${line}`)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

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
    case 'index-only':
      return `the index ${name} alone`;
    case 'index':
    case 'bitmap':
      return `the rows that the index ${name} names`;
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
    `${megabytes(pagesHit)} from the server's memory and ${megabytes(pagesRead)} from its disk or the system's cache`,
    ...(rowsRemoved === undefined ? [] : [`${count(rowsRemoved, 'row')} read and thrown away`]),
    pagesSpilled === 0 ? 'nothing spilled to temporary files' : `${megabytes(pagesSpilled)} spilled to temporary files`,
  ];
  return `It took ${parts.join(', ')}.`;
}

/** A line of the document, whatever is in a name: it cannot end the comment. */
function comment(text: string): string {
  return `-- ${escapeUnsafe(text)}`.trimEnd();
}
