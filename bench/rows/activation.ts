import { join } from 'node:path';
import type { Bench } from '../lib/context';
import { scratchFolder } from '../lib/servers';
import { milliseconds, spread } from '../lib/spread';

const STARTS = 7;
const PRINTED = /activation: ours ([\d.]+) ms, an empty extension ([\d.]+) ms/;

/** What test/host/01-activation.test.ts prints, in a few starts of a real VS Code; it also fails where a driver was loaded. */
export const activation: Bench = {
  name: 'activation',
  run: async ({ say }) => {
    const { runHostTests } = await import('../../tools/vscode-host/index.mjs');
    const { writeWorkspace } = await import('../../tools/demo/index.mjs');
    const target = await scratchFolder('workspace');
    // Nothing is connected before a check.
    const workspace = await writeWorkspace({ databaseUrl: 'postgres://nobody@127.0.0.1:9/none', target });
    const ours: number[] = [];
    const empty: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      say(`activation: start ${String(start + 1)} of ${String(STARTS)}`);
      const lines: string[] = [];
      const code = await runHostTests({
        version: 'minimum',
        workspace,
        extensionPaths: [process.cwd(), join(process.cwd(), 'test', 'host', 'empty-extension')],
        testsPath: join(process.cwd(), 'dist-test', 'host', 'index.js'),
        env: { HOST_TESTS: '01-activation.test.js' },
        onLine: (line) => lines.push(line),
      });
      const printed = lines.map((line) => PRINTED.exec(line)).find((match) => match !== null);
      if (code !== 0 || !printed) throw new Error(`The activation tests failed:\n${lines.join('\n')}`);
      ours.push(Number(printed[1]));
      empty.push(Number(printed[2]));
    }
    const more = spread(ours.map((ms, start) => ms - (empty[start] ?? NaN)));
    return [
      {
        key: 'activation',
        what: 'activation in the VS Code host',
        floor: `an empty extension ${milliseconds(spread(empty))}`,
        ours: milliseconds(spread(ours)),
        value: more.median,
        atTarget: true,
        details: [
          `median of ${String(STARTS)} starts of VS Code 1.100, ${more.min.toFixed(1)}-${more.max.toFixed(1)} ms more; the same test asserts that no driver is loaded`,
        ],
      },
    ];
  },
};
