import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the one broker of today may be named: its own code, that of results and connections, and the contracts with people. */
const ITS_OWN = /^(brokers\/redis|results|connect)\/|^ports\/redis\.ts$/;

/** The other files that name it, without their folders below the layer, and why. A new one needs a reason that would hold for a second broker. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'the registry': ['brokers/index.ts'],
  'names and fields of the JSON contract': [
    ...['brokers/notRead.ts', 'model/diagnosis.ts', 'model/facts.ts', 'model/verdictWords.ts'],
    ...[
      'model/systems.ts',
      'report/anonymous.ts',
      'report/upgraded.ts',
      'report/costText.ts',
      'report/markdown.ts',
      'report/story.ts',
      'report/systemsLog.ts',
    ],
    ...['page/overruled.ts', 'page/words.ts'],
    ...['page/Cost.tsx', 'page/Facts.tsx', 'page/Queues.tsx', 'page/RedisServerFacts.tsx', 'page/Story.tsx'],
    ...['verdicts/results.ts', 'vscode/verdictLooks.ts', 'vscode/generateFix.ts'],
  ],
  'flags and settings': [
    ...['cli/flags.ts', 'cli/help.ts', 'cli/servers.ts', 'vscode/connectionForm.ts', 'vscode/connectionDraft.ts'],
    'vscode/editConnection.ts',
  ],
  'the command that names it, and what it did': [
    ...['vscode/addBroker.ts', 'vscode/contributions.ts', 'vscode/register.ts'],
    ...['vscode/selectConnection.ts'],
  ],
  'words for people': [
    ...['verdicts/broker.ts', 'vscode/notices.ts'],
    ...['held', 'links', 'lost', 'scanAdvice', 'searchBroker', 'snippets', 'surroundings', 'waiting'].map(
      (name) => `verdicts/${name}.ts`,
    ),
    ...['vscode/pageActions.ts'],
    ...['causes/settingsCures.ts', 'causes/priorityStarved.ts', 'fixes/dispatchPython.ts'],
  ],
  'names the server in the health line': ['report/health.ts'],
  "what Celery does on it, with kombu's file, and what was measured": [
    ...['causes/eta.ts', 'causes/redeliveryPending.ts', 'causes/runsBesides.ts', 'wire/chunkSize.ts'],
  ],
};

/** `layer/file.ts`: files move within their layer. */
function short(file: string): string {
  const parts = file.split(/[\\/]/);
  return [parts[0], parts.at(-1)].join('/');
}

describe('tools/brokerNames', () => {
  const files = readdirSync('src', { recursive: true })
    .map((file) => String(file).replaceAll('\\', '/'))
    .filter((file) => /\.tsx?$/.test(file) && !ITS_OWN.test(file));
  const naming = files.filter((file) => /redis/i.test(readFileSync(join('src', file), 'utf8')));
  const allowed = Object.values(ALLOWED).flat();

  it('only the code of Redis itself, the contracts and words for people name it', () => {
    assert.deepEqual(
      naming.filter((file) => !allowed.includes(short(file))),
      [],
    );
  });

  it('every file that may name Redis does', () => {
    const named = naming.map(short);
    assert.deepEqual(
      allowed.filter((file) => !named.includes(file)),
      [],
    );
  });

  it('only connections and results import the code of one kind of broker', () => {
    const kinds = readdirSync('src/brokers', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const imports = new RegExp(`from '[./]*/brokers/(${kinds.map(({ name }) => name).join('|')})['/]`);
    const importing = files.filter((file) => imports.test(readFileSync(join('src', file), 'utf8')));
    assert.deepEqual(importing, []);
  });
});
