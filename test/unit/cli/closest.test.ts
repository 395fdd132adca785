import assert from 'node:assert/strict';
import { closest } from '../../../src/cli/closest';
import { FLAG_NAMES } from '../../../src/cli/flags';

describe('cli/closest', () => {
  it('the nearest word has a letter more, less, exchanged or swapped, or is the only one that begins alike', () => {
    const cases: readonly [string, string | undefined][] = [
      ['hors', 'hours'],
      ['hourss', 'hours'],
      ['huors', 'hours'],
      ['stauts', 'status'],
      ['databse-url', 'database-url'],
      ['logfile', 'log-file'],
      ['ask-worker', 'ask-workers'],
      ['mask', 'masked-arguments'],
      ['redis', 'redis-url'],
      ['LIMIT', 'limit'],
      ['nonsense', undefined],
      ['e', undefined],
      ['ex', undefined],
      ['', undefined],
    ];
    for (const [typed, meant] of cases) assert.equal(closest(typed, FLAG_NAMES), meant, typed);
  });

  it('the nearest word is itself for every flag', () => {
    for (const name of FLAG_NAMES) assert.equal(closest(name, FLAG_NAMES), name);
  });
});
