import assert from 'node:assert/strict';
import { toPostgresProblem } from '../../../src/connect/postgres/postgresProblem';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import { toRedisProblem } from '../../../src/connect/redis/redisProblem';
import { parseRedisUrl } from '../../../src/connect/redis/redisUrl';
import { foreignWords } from '../../../src/base/foreignWords';
import { Problem } from '../../../src/base/problem';
import { ProgressSteps } from '../../../src/model/progress';
import { forgetSecrets, rememberSecret } from '../../../src/base/secrets';
import { canary } from '../../support/canary';
import { DELIMITERS } from '../../support/delimiters';

const serverError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe('base/foreignWords', () => {
  beforeEach(forgetSecrets);

  it("servers' words lose values of rows, in every language of the server", () => {
    for (const [message, shown] of [
      ['invalid input syntax for type integer: "row value"', 'invalid input syntax for type integer: "…"'],
      ['value "row value" is out of range for type integer', 'value "…" is out of range for type integer'],
      ['invalid input syntax for type uuid: "row "quoted" value"', 'invalid input syntax for type uuid: "…"'],
      [
        'invalid input syntax for type date: "row value. And more\nrow value"',
        'invalid input syntax for type date: "…"',
      ],
      ['invalid input syntax for type date: "row value that was cut', 'invalid input syntax for type date: "…"'],
      ['ungültige Eingabesyntax für Typ integer: »row value«', 'ungültige Eingabesyntax für Typ integer: "…"'],
      [
        'syntaxe en entrée invalide pour le type integer : « row value »',
        'syntaxe en entrée invalide pour le type integer : "…"',
      ],
    ] as const) {
      for (const code of ['22P02', '22007', '23505', 'P0001'])
        assert.equal(foreignWords(serverError(code, message)), shown);
    }
  });

  it("servers' words keep names", () => {
    for (const [code, message] of [
      ['42P01', 'relation "shop.order" does not exist'],
      ['42703', 'column "last_run" does not exist'],
      ['28000', 'no pg_hba.conf entry for host "::1", user "bob", database "shop", no encryption'],
    ] as const)
      assert.equal(foreignWords(serverError(code, message)), message);
  });

  it("servers' words are one bounded sentence without what may steer a terminal", () => {
    const long = foreignWords(new Error(`a\u001b[31m ${'b'.repeat(1000)}. second\nthird`));
    assert.ok(long.length <= 210 && long.startsWith('a\\u001b[31m b'), long);
    assert.equal(foreignWords(new Error('first. second')), 'first');
    for (const nothing of [undefined, null, 5, {}, new Error('')])
      assert.equal(foreignWords(nothing), 'no reason given');
  });

  it("servers' words do not repeat what Redis was sent", () => {
    const secret = canary('sent');
    const words = foreignWords(new Error(`ERR unknown command 'AUTH', with args beginning with: '${secret}' `));
    assert.equal(words, "ERR unknown command 'AUTH'");
  });

  it("servers' words lose a secret before they are cut, so that no half of it stays", () => {
    const secret = canary('long-and-longer. With\nbreaks');
    rememberSecret(secret);
    for (let before = 170; before < 205; before++) {
      assert.doesNotMatch(foreignWords(new Error(`${'x'.repeat(before)} ${secret}`)), /Kan/);
      assert.doesNotMatch(foreignWords(new Error(`${'x'.repeat(before)} ${encodeURIComponent(secret)}`)), /Kan/);
    }
  });
});

describe('base/foreignWords', () => {
  beforeEach(forgetSecrets);

  it('sentences for people of a failed connection hold no password, whatever the driver said and whatever is in the password', () => {
    for (const delimiter of DELIMITERS) {
      for (const secret of [canary(delimiter), `ab${delimiter}1`]) {
        forgetSecrets();
        const encoded = encodeURIComponent(secret);
        const postgres = parsePostgresUrl(`postgres://bob:${encoded}@host/shop`, 'it');
        const redis = parseRedisUrl(`redis://bob:${encoded}@host/0`, 'it');
        for (const written of [secret, encoded, JSON.stringify(secret), secret.replaceAll("'", "''")]) {
          for (const error of [
            serverError('XX000', `odd '${written}' end`),
            serverError('28000', `odd '${written}' end`),
          ]) {
            for (const { message } of [toPostgresProblem(error, postgres), toRedisProblem(error, redis)]) {
              assert.ok(!message.includes(secret) && !message.includes(encoded), delimiter);
              assert.match(message, /odd .*\*\*\*.* end/);
            }
          }
        }
      }
    }
  });

  it('sentences for people do not tell by a gap that password and user are the same word', () => {
    const target = parsePostgresUrl('postgres://postgres:postgres@postgres/postgres', 'it');
    const problem = toPostgresProblem(serverError('28000', 'no entry for user "postgres"'), target);
    assert.match(problem.message, /no entry for user "postgres"/);
    assert.doesNotMatch(problem.message, /\*/);
  });

  it('sentences for people lose what became known as a secret, wherever the sentence was made', () => {
    const secret = canary('known');
    rememberSecret(secret);
    assert.equal(new Problem('unknown', `It was ${secret}.`).message, 'It was ***.');
    const said: string[] = [];
    const steps = new ProgressSteps(['scan'], ({ label }) => said.push(label));
    steps.next('scan', 'Analyzing', `Analyzing ${secret}`);
    assert.deepEqual(said, ['Analyzing ***']);
  });
});
