import type { Page } from 'playwright-core';
import { readTheme } from '../../../tools/report-server';
import { painted, PROJECT } from './pages';

/** Changes the colour theme of an open page, as VS Code does: variables on the root, then the body's attributes. */
export async function changeTheme(page: Page, name: string): Promise<void> {
  await page.evaluate(
    (theme) => {
      const { style } = document.documentElement;
      for (const variable of [...style]) if (variable.startsWith('--')) style.removeProperty(variable);
      for (const [variable, value] of Object.entries(theme.variables)) style.setProperty(variable, value);
      for (const [attribute, value] of Object.entries(theme.attributes)) document.body.setAttribute(attribute, value);
      document.body.className = theme.classes.join(' ');
    },
    readTheme(PROJECT, name),
  );
  await painted(page);
}
