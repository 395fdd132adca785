// @ts-check
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pick, runCommand } from '../../tools/vscode-host/index.mjs';
import { openEditor, picture } from './support.mjs';

describe('the walkthrough', function () {
  this.timeout(240_000);

  it('has a picture for each step, and texts without a fault that axe knows', async () => {
    const editor = await openEditor('walkthrough', { onlyEnv: true, viewport: { width: 1500, height: 900 } });
    const { page } = editor;
    try {
      await runCommand(page, 'Welcome: Open Walkthrough...');
      await pick(page, 'Find out what happened to stuck Celery tasks');
      const steps = page.locator('.gettingStartedSlideDetails .getting-started-step');
      await steps.first().waitFor({ timeout: 20_000 });
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
      for (let step = 0; step < (await steps.count()); step++) {
        await steps.nth(step).click();
        await page
          .frameLocator('.getting-started-media iframe.webview.ready')
          .frameLocator('#active-frame')
          .locator('svg, img')
          .first()
          .waitFor();
        await picture(page, `70-walkthrough-${String(step + 1)}`);
        // The step itself is a button of VS Code's with faults of its own: the texts are ours.
        const faults = await page.evaluate(`axe
          .run({ include: ['.getting-started-step.expanded .step-title', '.getting-started-step.expanded .step-description-container'] })
          .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
        assert.deepEqual(faults, []);
      }
    } finally {
      await editor.close();
    }
  });
});
