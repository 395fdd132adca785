import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { reportHtml } from '../../src/report/reportHtml';
import type { Scene } from './scene';
import { asWebview, readTheme } from './theme';

export interface ReportServerOptions {
  /** The project's folder, for its themes. */
  readonly project: string;
  /** Where `report.js` and `report.css` are; read at each request. */
  readonly dist: string;
  /** The bundle of `browser/standIn.ts`. */
  readonly standIn: string;
  /** The scene that an address asks for. @throws a sentence to show in the browser */
  readonly scene: (query: URLSearchParams) => Scene;
}

export interface ReportServer {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Serves the report's page on the loopback interface, as a webview of VS Code would show it. */
export async function startReportServer(options: ReportServerOptions): Promise<ReportServer> {
  const server = createServer((request, response) => {
    try {
      reply(options, request, response);
    } catch (error) {
      send(response, 400, 'text/plain', error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

function reply(options: ReportServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const host = request.headers.host ?? '';
  // Another site's page must not read a Diagnosis by a name that it makes point here.
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(host)) {
    send(response, 403, 'text/plain', 'This is only for 127.0.0.1.');
    return;
  }
  const url = new URL(request.url ?? '/', `http://${host}`);
  switch (url.pathname) {
    case '/':
      send(response, 200, 'text/html', page(options, url));
      return;
    case '/host.js':
      send(response, 200, 'text/javascript', hostScript(options, url));
      return;
    case '/report.js':
      send(response, 200, 'text/javascript', readFileSync(join(options.dist, 'report.js')));
      return;
    case '/report.css':
      send(response, 200, 'text/css', readFileSync(join(options.dist, 'report.css')));
      return;
    default:
      send(response, url.pathname === '/favicon.ico' ? 204 : 404, 'text/plain', '');
  }
}

function page({ project, scene }: ReportServerOptions, url: URL): string {
  const nonce = randomBytes(16).toString('hex');
  const html = reportHtml({
    nonce,
    cspSource: url.origin,
    scriptUri: '/report.js',
    styleUri: '/report.css',
    page: pageOf(scene(url.searchParams)),
  });
  return asWebview(html, {
    theme: readTheme(project, url.searchParams.get('theme') ?? 'dark-modern'),
    styles: readFileSync(join(project, 'test', 'fixtures', 'themes', 'webview-defaults.css'), 'utf8'),
    nonce,
    scriptUri: `/host.js?${url.searchParams.toString()}`,
  });
}

function pageOf({ story, drafts }: Scene): 'report' | 'story' | 'drafts' {
  if (drafts) return 'drafts';
  return story ? 'story' : 'report';
}

/** The scene as text that is parsed: in an object literal a key `__proto__` would be no key. */
function hostScript({ scene, standIn }: ReportServerOptions, url: URL): string {
  const text = JSON.stringify(JSON.stringify(scene(url.searchParams)));
  return `window.reportScene = JSON.parse(${text});\n${standIn}`;
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(body);
}
