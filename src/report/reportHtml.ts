/** What the page's document needs to know about its host. */
export interface PageHost {
  /** Fresh for every document: 128 random bits or more, of letters and digits. */
  readonly nonce: string;
  /** What may be loaded besides: `webview.cspSource` in VS Code. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** What is drawn: the report, the story of one task, or drafted effect rules. */
  readonly page?: keyof typeof TITLES;
}

const TITLES = { report: 'Celery Task Report', story: 'Celery Task', drafts: 'Effect Rules' } as const;

/**
 * The report's empty page: everything in it is drawn by `dist/report.js` from messages. Nothing but our own script and style sheet
 * can run or load; the `csp-nonce` is for the toolkit's one style element.
 */
export function reportHtml({ nonce, cspSource, scriptUri, styleUri, page = 'report' }: PageHost): string {
  return pageDocument(nonce, {
    page,
    styleSources: [cspSource],
    styles: `<link rel="stylesheet" href="${styleUri}">`,
    scripts: `<script nonce="${nonce}" src="${scriptUri}"></script>`,
  });
}

interface PageContents {
  /** Which page it is; the report where absent. */
  readonly page?: keyof typeof TITLES;
  /** Besides elements with the nonce. */
  readonly styleSources: readonly string[];
  /** HTML for the head. */
  readonly styles: string;
  /** HTML for the end of the body. */
  readonly scripts: string;
}

/** The document around the page, wherever it is shown. */
export function pageDocument(nonce: string, { page = 'report', styleSources, styles, scripts }: PageContents): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${[...styleSources, `'nonce-${nonce}'`].join(' ')}`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta property="csp-nonce" content="${nonce}">
  <title>${TITLES[page]}</title>
  ${styles}
</head>
<body>
  <div id="${page}"><p class="loading" role="status">Opening…</p></div>
  ${scripts}
</body>
</html>
`;
}
