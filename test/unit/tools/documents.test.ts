import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What is installed, built, downloaded or written by a run. */
const NOT_OURS = /(^|[\\/])(node_modules|dist[\w-]*|test-artifacts|\.(?!github|ci)[\w-]+)([\\/]|$)/;

/** Files of the repository. */
function files(pattern: RegExp, folder = '.'): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.test(path)) return [];
    if (entry.isDirectory()) return files(pattern, path);
    return pattern.test(path) ? [path] : [];
  });
}

const documents = files(/\.md$/);
const text = (file: string): string => readFileSync(file, 'utf8');

/** GitHub's anchors of a document's headings. */
function anchorsOf(file: string): Set<string> {
  const headings = [...text(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The links of a document to places in the repository, and where they lead. */
function linksOf(file: string): { link: string; path: string; anchor: string | undefined }[] {
  return [...text(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^(https?|command):/.test(link))
    .map((link) => {
      const [path = '', anchor] = link.split('#');
      return { link, path: path === '' ? file : join(dirname(file), path), anchor };
    });
}

describe('tools/documents', () => {
  it('every link in a document leads to a file, and to a heading of it', () => {
    assert.ok(documents.length > 20, documents.join(' '));
    const broken = documents.flatMap((file) =>
      linksOf(file)
        .filter(({ path, anchor }) => !existsSync(path) || (anchor !== undefined && !anchorsOf(path).has(anchor)))
        .map(({ link }) => `${file}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });

  it('every document that a comment names is in the repository', () => {
    const named = /\b(?:[\w-]+\/)*[\w-]+\.md\b/g;
    const sources = files(/^(src|test|tools|scripts|bench)\/.*\.(ts|tsx|mjs|cjs|js|py|sql)$|^[\w.]+\.(js|mjs)$/);
    const missing = sources.flatMap((file) =>
      text(file)
        .split('\n')
        // A comment; elsewhere a name may be one that the code writes.
        .filter((line) => /^\s*(\/\/|\/?\*|--|#)/.test(line))
        .flatMap((line) => [...line.matchAll(named)].map(([document]) => document))
        .filter(
          (document) =>
            !document.startsWith('test-artifacts/') &&
            !existsSync(document) &&
            !existsSync(join(dirname(file), document)),
        )
        .map((document) => `${file}: ${document}`),
    );
    assert.deepEqual(missing, []);
  });

  it('the map of the architecture fits on a page of 6 kB', () => {
    assert.ok(statSync('ARCHITECTURE.md').size <= 6000);
  });

  it("the README's two commands are those that CI runs", () => {
    for (const command of ['npm start', 'npm test']) {
      assert.match(text('README.md'), new RegExp(`^    ${command}\\b`, 'm'));
      assert.match(text('.github/workflows/ci.yml'), new RegExp(`run: ${command}$`, 'm'));
    }
  });

  it('the table of situations has the numbers 1 to 26', () => {
    const numbers = [...text('docs/situations.md').matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number));
    assert.deepEqual(
      numbers,
      Array.from({ length: 26 }, (_, index) => index + 1),
    );
  });
});
