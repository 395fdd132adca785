import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ABOUT } from '../../../src/causes/about';
import { CAUSES, VERDICTS } from '../../../src/model/verdict';
import { causeHelp, verdictHelp } from '../../../src/report/docs';

describe('report/docs', () => {
  const addresses = [...VERDICTS.map(verdictHelp), ...CAUSES.map(causeHelp)];

  it('the help of a verdict or a cause is a page of the repository that package.json names', () => {
    const { repository } = JSON.parse(readFileSync('package.json', 'utf8')) as { repository: { url: string } };
    const base = repository.url.replace(/\.git$/, '');
    for (const address of addresses) assert.ok(address.startsWith(`${base}/blob/main/docs/`), address);
  });

  it('every verdict and every cause, and nothing else, has a heading and a paragraph where its help leads', () => {
    const text = readFileSync('docs/verdicts.md', 'utf8');
    const paragraphs = (title: string): string[] =>
      new RegExp(`^## ${title}\n(.*?)^## `, 'ms').exec(text)?.[1]?.match(/^### \S+\n\n\S.{20,}/gm) ?? [];
    const anchors = (title: string): string[] => paragraphs(title).map((one) => /^### (\S+)/.exec(one)?.[1] ?? '');
    assert.deepEqual(anchors('The seven verdicts'), [...VERDICTS]);
    assert.deepEqual(anchors('The causes'), [...CAUSES]);
    for (const one of addresses) assert.match(one, /\/docs\/verdicts\.md#[a-z-]+$/);
    assert.deepEqual(
      addresses.map((address) => address.split('#')[1]),
      [...VERDICTS, ...CAUSES],
    );
  });

  it('the paragraph of a cause names every verdict that has it', () => {
    const text = readFileSync('docs/verdicts.md', 'utf8');
    for (const cause of CAUSES) {
      const verdicts = new RegExp(`^### ${cause}\n\n\\*([^*]+)\\.\\*`, 'm').exec(text)?.[1]?.split(/, | or /) ?? [];
      assert.deepEqual(verdicts.sort(), Object.keys(ABOUT[cause].verdicts).sort(), cause);
    }
  });
});
