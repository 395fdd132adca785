'use strict';
// The styles that the report's HTML file has in place of the editor's: the variables of two of VS Code's themes, by the choice of the browser.
const fs = require('node:fs');
const path = require('node:path');

const THEMES = { light: 'light-modern', dark: 'dark-modern' };

/** VS Code takes its fonts from the machine too. */
const FONTS = {
  '--vscode-font-family': 'system-ui, "Segoe UI", "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-editor-font-family': 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  '--monaco-monospace-font': 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace',
};

/**
 * @param {string} project its folder: the themes are those that scripts/capture-themes.mjs read from a real VS Code
 * @returns {string} a style sheet
 */
function fileTheme(project) {
  const folder = path.join(project, 'test', 'fixtures', 'themes');
  const variables = (name) => {
    const theme = JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));
    return Object.entries({ ...theme.variables, ...FONTS })
      .filter(([variable]) => /^--[\w-]+$/.test(variable))
      .map(([variable, value]) => `${variable}:${value};`)
      .join('');
  };
  const defaults = fs.readFileSync(path.join(folder, 'webview-defaults.css'), 'utf8').replace(/\/\*.*?\*\//gs, '');
  return [
    `:root{color-scheme:light;${variables(THEMES.light)}}`,
    `@media (prefers-color-scheme: dark){:root{color-scheme:dark;${variables(THEMES.dark)}}}`,
    // Of the editor, the area behind the page has this colour.
    'html{background-color:var(--vscode-editor-background);}',
    defaults.trim(),
    '',
  ].join('\n');
}

module.exports = { fileTheme };
