import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvFile } from '../../../src/connect/env/envFile';
import { isBroken, profileFromVariables } from '../../../src/connect/profile';
import { Problem } from '../../../src/base/problem';
import { assertForPeople } from '../../support/problems';
import { redisTarget } from '../../support/celeryTargets';

interface Expected {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly sslMode?: string;
  readonly broker?: { readonly host: string; readonly port?: number; readonly db?: number; readonly tls?: boolean };
  readonly none?: boolean;
  readonly problemNames?: string;
}

interface Line {
  readonly case: string;
  readonly env: string;
  readonly expect: Expected;
}

function lines(name: string): Line[] {
  const text = readFileSync(join('test/fixtures/reported', name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('connect/reportedEnv', () => {
  for (const file of ['env-references.jsonl', 'env-other-names.jsonl'])
    for (const line of lines(file))
      it(`.env files that people have reported ${file}: ${line.case}`, () => {
        replay(line);
      });
});

function replay({ env, expect }: Line): void {
  const entry = profileFromVariables(readEnvFile(env), 'env-file', '.env');
  const { none, problemNames, broker, ...target } = expect;
  if (none === true) {
    assert.equal(entry, undefined);
    return;
  }
  if (problemNames !== undefined) {
    assert.ok(entry && isBroken(entry));
    assertForPeople(entry.problem.message);
    assert.match(entry.problem.message, new RegExp(problemNames));
    assert.doesNotMatch(entry.problem.message, /canary/);
    return;
  }
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  for (const [field, value] of Object.entries(target))
    assert.equal(entry.database[field as keyof typeof target], value, field);
  if (!broker) return;
  const found = entry.broker;
  assert.ok(found && !(found instanceof Problem), JSON.stringify(found));
  const read = redisTarget(found);
  const { tls, ...rest } = broker;
  for (const [field, value] of Object.entries(rest)) assert.equal(read[field as keyof typeof rest], value, field);
  if (tls !== undefined) assert.equal(read.tls !== undefined, tls);
}
