import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Fault } from './fault';
import type { Row } from './runFault';

/** Markdown: fault, what the user sees, what was left behind; one line a fault, with every sentence that was seen. */
function faultTable(rows: readonly Row[]): string {
  const byFault = new Map<string, Row[]>();
  for (const row of rows) byFault.set(row.fault, [...(byFault.get(row.fault) ?? []), row]);
  const lines = [...byFault].map(([fault, same]) => {
    const sees = [...new Set(same.map((row) => row.sees))].join(' / ');
    const left = [...new Set(same.map((row) => row.left))].join(' / ');
    return `| ${[fault, sees, left].map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| fault | what the user sees | what was left behind |', '|---|---|---|', ...lines, ''].join('\n');
}

/** Prints the table, in the order of the lists of faults, and writes it to test-artifacts/faults.md. */
export function publish(faults: readonly Fault[], rows: readonly Row[]): void {
  const table = faultTable(faults.flatMap(({ name }) => rows.filter((row) => row.fault === name)));
  mkdirSync(resolve('test-artifacts'), { recursive: true });
  writeFileSync(resolve('test-artifacts', 'faults.md'), table);
  process.stdout.write(`\n${table}\n`);
}
