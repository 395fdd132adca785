import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTheme, themeNames } from '../../../tools/report-server';

const PAGE = join('src', 'page');

/** What the page asks of a theme: one of these variables must be there. */
interface Need {
  readonly oneOf: readonly string[];
  readonly file: string;
}

/** Each `var(--vscode-...)` with no colour of its own to fall back on; it may fall back on another variable. */
function needs(): Need[] {
  const files = readdirSync(PAGE, { recursive: true, encoding: 'utf8' }).filter((each) => /\.(css|tsx?)$/.test(each));
  const chain = /var\(\s*--vscode-[\w-]+\s*(?:,\s*var\(\s*--vscode-[\w-]+\s*)*\)+/g;
  return files.flatMap((file) =>
    (readFileSync(join(PAGE, file), 'utf8').match(chain) ?? []).map((text) => ({
      oneOf: text.match(/--vscode-[\w-]+/g) ?? [],
      file,
    })),
  );
}

describe('tools/reportThemes', () => {
  it('the themes in which the page is tested are dark, light and both of high contrast, as VS Code tells a webview', () => {
    const kinds = themeNames('.').map((name) => readTheme('.', name).attributes['data-vscode-theme-kind']);
    assert.deepEqual(kinds.sort(), [
      'vscode-dark',
      'vscode-dark',
      'vscode-high-contrast',
      'vscode-high-contrast-light',
      'vscode-light',
      'vscode-light',
    ]);
  });

  it('the themes in which the page is tested have every variable that the page uses without something to fall back on', () => {
    const missing = themeNames('.').flatMap((theme) => {
      const { variables } = readTheme('.', theme);
      return needs()
        .filter(({ oneOf }) => !oneOf.some((name) => name in variables))
        .map(({ oneOf, file }) => `${oneOf.join(' or ')} (${file}) in ${theme}`);
    });
    assert.ok(needs().length > 20, 'they are found');
    assert.deepEqual(missing, []);
  });

  it('the themes in which the page is tested are all that can be asked for', () => {
    assert.throws(() => readTheme('.', '../../../package'), /There is no theme/);
  });
});
