import assert from 'node:assert/strict';
import { request } from 'node:http';
import { startReportServer, STATES, type ReportServer, type Scene } from '../../../tools/report-server';
import { makeDiagnosis } from '../../support/reportDiagnosis';

describe('tools/reportServer', () => {
  let server: ReportServer;
  const scene: Scene = {
    id: 'one',
    diagnosis: makeDiagnosis({ types: 2, rows: 20 }),
    state: { ...STATES.saved, connection: '</script>\u2028' },
    exported: '{}',
  };

  before(async () => {
    server = await startReportServer({ project: '.', dist: 'nowhere', standIn: 'standIn();', scene: () => scene });
  });
  after(async () => {
    await server.close();
  });

  it('the report in a plain browser has the document of the editor, with its policy below what VS Code adds', async () => {
    const html = await (await fetch(`${server.origin}/?theme=light-modern`)).text();
    const policy = html.indexOf("default-src 'none'; script-src 'nonce-");
    assert.ok(policy > html.indexOf('_defaultStyles') && html.indexOf('_defaultStyles') > 0);
    assert.match(html, /<body data-vscode-theme-kind="vscode-light" .*class="vscode-light"/);
    assert.match(html, /<html lang="en" style="[^"]*--vscode-foreground: #3b3b3b;/);
    assert.equal(html.includes('unsafe'), false);
  });

  it('the report in a plain browser gives the scene to the stand-in as text, so that a name stays a name', async () => {
    const script = await (await fetch(`${server.origin}/host.js`)).text();
    const [first = '', ...rest] = script.split('\n');
    assert.deepEqual(rest, ['standIn();']);
    const text = /^window\.reportScene = JSON\.parse\((.*)\);$/s.exec(first)?.[1] ?? '';
    assert.deepEqual(JSON.parse(JSON.parse(text) as string), JSON.parse(JSON.stringify(scene)));
  });

  it('the report in a plain browser answers nobody who calls it by another name', async () => {
    const { port } = new URL(server.origin);
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/host.js', headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(status, 403);
  });

  it('the report in a plain browser says what is wrong in a sentence', async () => {
    const answer = await fetch(`${server.origin}/?theme=neon`);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /There is no theme neon: choose from/);
  });
});
