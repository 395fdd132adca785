import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CAUSES, VERDICTS } from '../../../src/model/verdict';
import { causeHelp, verdictHelp } from '../../../src/report/docs';

describe('report/docs', () => {
  const addresses = [...VERDICTS.map(verdictHelp), ...CAUSES.map(causeHelp)];

  it('the help of a verdict or a cause is a page of the repository that package.json names', () => {
    const { repository } = JSON.parse(readFileSync('package.json', 'utf8')) as { repository: { url: string } };
    const base = repository.url.replace(/\.git$/, '');
    for (const address of addresses) assert.ok(address.startsWith(`${base}/blob/main/docs/`), address);
  });

  it('every verdict and every cause has a paragraph where its help leads', () => {
    for (const address of addresses) {
      const [, file = '', anchor = ''] = /\/blob\/main\/([^#]+)#(.+)$/.exec(address) ?? [];
      assert.ok(readFileSync(file, 'utf8').includes(`<a id="${anchor}"></a>`), `${file} has no ${anchor}`);
    }
  });
});
