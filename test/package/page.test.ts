import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ABOUT } from '../../src/causes/about';
import { CAUSES } from '../../src/model/verdict';
import { everyClaim } from '../support/everyClaim';

describe('the script of the report page', function () {
  this.timeout(60_000);
  const script = readFileSync('dist/report.js', 'utf8');

  it('has the meaning of every cause', () => {
    for (const cause of CAUSES) assert.ok(script.includes(ABOUT[cause].meaning), cause);
  });

  it('has no rule: whatever the file of a cause makes for its rule is marked as pure, so that the build leaves it out', () => {
    const sentences = new Map([...everyClaim()].map(([rule, { why }]) => [why, rule]));
    assert.ok(sentences.size > 60);
    assert.deepEqual(
      [...sentences].filter(([why]) => script.includes(why)),
      [],
    );
  });
});
