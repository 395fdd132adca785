import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { VERDICTS } from '../../../src/model/verdict';
import { VERDICT_LOOKS } from '../../../src/report/verdictLooks';

describe('page/looks', () => {
  it("a verdict has the page's colour that it has in the tree", () => {
    const css = readFileSync('src/page/styles/base.css', 'utf8');
    for (const verdict of VERDICTS) {
      const variable = `--vscode-${VERDICT_LOOKS[verdict].color.replaceAll('.', '-')}`;
      const line = css.split('\n').find((each) => each.trim().startsWith(`--${verdict}: color-mix`)) ?? '';
      assert.ok(line.includes(`var(${variable})`), `${verdict}: ${variable} is not in "${line}"`);
    }
  });
});
