import { count, number } from '../base/numbers';
import { escapeUnsafe } from '../base/unsafeText';
import type { Explained } from '../check/explainScan';
import { planInWords } from '../sql/planWords';

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
    ...statements.flatMap(({ name, text, values, plan }, index) => [
      '',
      comment(`Statement ${number(index + 1)} of ${number(statements.length)}: ${name}`),
      comment(`In words: ${planInWords(plan, mode === 'analyze').join(' ')}`),
      '',
      ...text
        .split('\n')
        .map(escapeUnsafe)
        .filter((line) => line.trim() !== ''),
      ...values.map((value, place) => comment(`$${String(place + 1)} = ${JSON.stringify(value)}`)),
      '',
      comment(mode === 'analyze' ? 'EXPLAIN (ANALYZE, BUFFERS)' : 'EXPLAIN'),
      ...plan.map((line) => comment(`  ${line}`)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line of the document, whatever is in a name: it cannot end the comment. */
function comment(text: string): string {
  return `-- ${escapeUnsafe(text)}`.trimEnd();
}
