import type { Page } from 'playwright-core';

export interface Health {
  /** Everything that a good page does not do; nothing is allowed. */
  readonly complaints: string[];
}

/**
 * Notes what a page must never do: warnings and errors of the console, exceptions, refusals of the policy, dialogs, windows, and
 * requests to anywhere but its own server.
 */
export async function watchHealth(page: Page, origin: string): Promise<Health> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.stack ?? error.message}`));
  page.on('crash', () => complaints.push('the page crashed'));
  page.on('popup', (popup) => complaints.push(`window: ${popup.url()}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('blob:')) complaints.push(`request: ${url}`);
  });
  page.on('requestfailed', (request) => {
    // A download is answered, not failed; a page that is closed breaks off what it was loading.
    if (!request.url().startsWith('blob:'))
      complaints.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ''}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${String(response.status())}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return { complaints };
}
