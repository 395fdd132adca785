import assert from 'node:assert/strict';
import { reportFile } from '../../../src/report/reportFile';
import { aDiagnosis, aSample, aTaskType } from '../../support/diagnosis';

const NONCE = 'abcdef0123456789abcdef0123456789';
const EVIL = '</script><script>alert(1)</script><!--<script>';

function file(script = 'run();'): string {
  const samples = [aSample({ statusMessage: EVIL })];
  return reportFile(
    {
      ...{ diagnosis: aDiagnosis({ taskTypes: [aTaskType({ taskName: EVIL, samples })] }), connection: EVIL },
      ...{ production: true, finishedAt: null, nonce: NONCE },
    },
    { host: 'host();', script, theme: ':root{--a:1}', style: 'p{content:"</style>"}' },
  );
}

describe('report/reportFile', () => {
  it('the HTML file holds the Diagnosis as data, which nothing in it can end', () => {
    const [, held = ''] = /<script type="application\/json" id="diagnosis">([^<]*)<\/script>/.exec(file()) ?? [];
    const { diagnosis, state } = JSON.parse(held) as {
      diagnosis: { taskTypes: { taskName: string; samples: { statusMessage: string }[] }[] };
      state: object;
    };
    assert.equal(diagnosis.taskTypes[0]!.taskName, EVIL);
    assert.equal(diagnosis.taskTypes[0]!.samples[0]!.statusMessage, EVIL);
    assert.deepEqual(state, {
      ...{ origin: 'file', connection: EVIL, production: true, finishedAt: null },
      ...{ running: null, problem: null, configured: false, trusted: true },
    });
  });

  it('the HTML file has no scripts and styles but those of the build, and loads nothing', () => {
    const text = file('a("</script><!--");');
    assert.deepEqual(text.match(/<script[^>]*>/g), [
      '<script type="application/json" id="diagnosis">',
      `<script nonce="${NONCE}">`,
      `<script nonce="${NONCE}">`,
    ]);
    assert.equal(text.match(/<\/script>/g)?.length, 3);
    assert.equal(text.match(/<\/style>/g)?.length, 1);
    assert.doesNotMatch(text, /<!--|<link|src=|href=/);
    assert.ok(
      text.includes(
        `content="default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'nonce-${NONCE}'; form-action 'none'; base-uri 'none'"`,
      ),
    );
  });
});
