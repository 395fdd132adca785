import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What VS Code gives a webview in one colour theme; captured by scripts/capture-themes.mjs. */
export interface Theme {
  readonly theme: string;
  readonly classes: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

const folder = (project: string): string => join(project, 'test', 'fixtures', 'themes');

/** The names that can be asked for, e.g. `dark-modern`. */
export function themeNames(project: string): string[] {
  return readdirSync(folder(project))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

/** @throws when there is no theme of this name */
export function readTheme(project: string, name: string): Theme {
  if (!themeNames(project).includes(name))
    throw new Error(`There is no theme ${name}: choose from ${themeNames(project).join(', ')}.`);
  return JSON.parse(readFileSync(join(folder(project), `${name}.json`), 'utf8')) as Theme;
}

/** Puts into our document what VS Code puts into every webview's: variables, classes, its own style sheet, a script. */
export function asWebview(
  html: string,
  { theme, styles, nonce, scriptUri }: { theme: Theme; styles: string; nonce: string; scriptUri: string },
): string {
  const variables = Object.entries(theme.variables).map(([name, value]) => `${name}: ${value};`);
  const attributes = Object.entries({ ...theme.attributes, class: theme.classes.join(' '), role: 'document' });
  const tags = attributes.map(([name, value]) => ` ${name}="${escaped(value)}"`);
  // Before our own policy, as in VS Code: a policy applies to what comes after it.
  return replaceOnce(
    replaceOnce(
      replaceOnce(html, '<html lang="en">', `<html lang="en" style="${escaped(variables.join(' '))}">`),
      '<head>',
      `<head>\n  <style id="_defaultStyles">${styles}</style>\n  <script nonce="${nonce}" src="${scriptUri}"></script>`,
    ),
    '<body>',
    `<body${tags.join('')}>`,
  );
}

function replaceOnce(text: string, what: string, by: string): string {
  if (text.split(what).length !== 2)
    throw new Error(`reportHtml no longer has one ${what}: change tools/report-server/theme.ts.`);
  return text.replace(what, () => by);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
