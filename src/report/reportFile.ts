import type { Diagnosis } from '../model/diagnosis';
import { pageDocument } from './reportHtml';
import type { PanelState } from './panelMessages';

/** What the build makes for the file: the page and its styles, as text. */
export interface ReportParts {
  /** `dist/reportFile.js`: what stands in for the editor. */
  readonly host: string;
  /** `dist/report.js` */
  readonly script: string;
  /** `dist/reportFile.css`: the colours of a light and a dark theme. */
  readonly theme: string;
  /** `dist/report.css` */
  readonly style: string;
}

interface Shown {
  readonly diagnosis: Diagnosis;
  /** What the person calls the connection. */
  readonly connection: string | null;
  readonly production?: true | undefined;
  /** ISO 8601; null where that is not known. */
  readonly finishedAt: string | null;
  /** Fresh for every file: 128 random bits or more, of letters and digits. */
  readonly nonce: string;
}

/**
 * The report as one HTML file, which any browser opens without a server. It holds what the report in the editor shows: rows with their
 * masked arguments and the names of servers too. Its policy lets it load and send nothing; the only scripts are those of the build.
 */
export function reportFile(
  { diagnosis, connection, production, finishedAt, nonce }: Shown,
  { host, script, theme, style }: ReportParts,
): string {
  const state: PanelState = {
    origin: 'file',
    connection,
    ...(production ? { production: true } : {}),
    finishedAt,
    running: null,
    problem: null,
    configured: false,
    trusted: true,
  };
  return pageDocument(nonce, {
    styleSources: [],
    styles: `<style nonce="${nonce}">${styleText(theme)}\n${styleText(style)}</style>`,
    scripts: [
      `<script type="application/json" id="diagnosis">${dataText({ state, diagnosis })}</script>`,
      ...[host, script].map((text) => `<script nonce="${nonce}">${scriptText(text)}</script>`),
    ].join('\n  '),
  });
}

/** No `<` is left, so that nothing in a name ends the element or begins a comment. */
function dataText(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** In strings and patterns, where the build's scripts alone can have it, `\/` is `/` and `\!` is `!`. */
function scriptText(text: string): string {
  return text.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}

function styleText(text: string): string {
  return text.replace(/<\/(style)/gi, '<\\/$1');
}
