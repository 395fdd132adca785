/** What people, projects and the report's page give, broken in every way: it is read as what it says, or refused in one sentence. */
import assert from 'node:assert/strict';
import { DEFAULT_MASKED_KEYS, oneLineJson } from '../../src/base/jsonText';
import { echo } from '../../src/base/quoteInput';
import { parseHours, parseLimit, parseMaxQueueScan } from '../../src/model/parameters';
import { parseStatuses } from '../../src/tables/parameters';
import { Problem } from '../../src/base/problem';
import { escapeUnsafe } from '../../src/base/unsafeText';
import { profileFromVariables, profilesFromSettings } from '../../src/connect/profile';
import { celeryAddress } from '../../src/connect/celeryTarget';
import { readCeleryUrl } from '../../src/connect/celeryUrl';
import { readEnvFile } from '../../src/connect/env/envFile';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { withoutPassword } from '../../src/connect/postgres/withoutPassword';
import { parseEffectRules } from '../../src/effects/rules';
import { effectRulesOf } from '../../src/effects/rulesFile';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { logOutline } from '../../src/report/logOutline';
import { markdown } from '../../src/report/markdown';
import { code, codeBlock, plain, prose } from '../../src/report/markdownText';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import { readMessage } from '../../src/report/readMessage';
import { textLog } from '../../src/report/textLog';
import { DELIMITERS } from '../support/delimiters';
import { assertForPeople } from '../support/problems';
import type { Random } from '../support/random';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { fuzz, shown } from './support/fuzz';
import { anyText, anyValue, mutateText, mutateValue } from './support/mutate';
import { NASTY_TEXTS } from './support/nasty';
import { DEPTH, extremes } from './support/speed';
import { WHOLE_LANGUAGE, WRITTEN_RULES } from '../support/builtInRules';

/** What a reader says, or the sentence with which it refuses. @throws whatever is no Problem */
function outcomeOf<T>(read: () => T): { readonly value: T } | { readonly message: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof Problem)) throw new Error('no Problem', { cause: error });
    assert.ok(error.message.length < 2000, 'endless');
    // What it repeats is somebody's text, and may look like sentences.
    assertForPeople(error.message.replace(/".*"/s, (quoted) => (escapeUnsafe(quoted) === quoted ? '"…"' : quoted)));
    return { message: error.message };
  }
}

/** All texts in a value but those that are named as passwords. */
function openTexts(value: unknown, name = ''): string[] {
  if (/password/i.test(name)) return [];
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Problem) return [value.message];
  return Object.entries(value).flatMap(([key, item]) => openTexts(item, key));
}

/** A password that stands nowhere else, with delimiters in it as they are. */
function aPassword(random: Random): string {
  const delimiters = Array.from({ length: random.integer(0, 3) }, () => random.pick(DELIMITERS)).join('');
  return `Xq7${delimiters}Zk9wVt`;
}

const HOSTS = ['db.example.com', 'localhost', '[::1]', '10.0.0.1', 'a-b_c.internal'];

describe('broken URLs', () => {
  const postgres = 'postgresql+psycopg2://bob:p%40w@db.example.com:5433/shop?sslmode=require&application_name=me';
  const redis = 'rediss://bob:p%40w@cache.example.com:6380/2?ssl_cert_reqs=none';

  fuzz('are read or refused', 4000, (random) => {
    const text = random.pick([
      mutateText(
        random,
        random.pick([postgres, redis, 'redis+socket:///run/redis.sock', 'sentinel://a;sentinel://b/x']),
      ),
      anyText(random),
      random.pick(NASTY_TEXTS),
      `postgres://${anyText(random)}`,
      `redis://${anyText(random)}`,
    ]);
    for (const read of [parsePostgresUrl, parseRedisUrl]) {
      const outcome = outcomeOf<{ readonly host: string; readonly port: number }>(() => read(text, 'THE_URL'));
      if (!('value' in outcome)) continue;
      const { host, port } = outcome.value;
      assert.ok(host !== '' && Number.isInteger(port) && port >= 0 && port < 65536, shown(text));
    }
    for (const role of ['broker', 'results'] as const) outcomeOf(() => readCeleryUrl(text, role, 'CELERY_BROKER_URL'));
    assert.equal(typeof withoutPassword(text), 'string');
  });

  fuzz('never show a password, encoded or as it is', 4000, (random) => {
    const password = aPassword(random);
    const written = random.next() < 0.5 ? encodeURIComponent(password) : password;
    const scheme = random.pick([
      'postgres',
      'postgresql+psycopg2',
      'redis',
      'rediss',
      'amqp',
      'amqps',
      'db+postgresql',
      'nonsense',
    ]);
    const rest = random.pick(['/0', '/shop', '', ':x/0', ':99999/0', '/shop?sslmode=wrong', '/a/b/c', '?db=1', '/x y']);
    const url = `${scheme}://${random.pick(['bob', '', 'b%40b'])}:${written}@${random.pick(HOSTS)}${rest}`;
    const seen = [
      outcomeOf(() => parsePostgresUrl(url, 'DATABASE_URL')),
      outcomeOf(() => parseRedisUrl(url, 'REDIS_URL')),
      ...(['broker', 'results'] as const).flatMap((role) => {
        const read = outcomeOf(() => readCeleryUrl(url, role, 'CELERY_BROKER_URL'));
        const target = 'value' in read && !(read.value instanceof Problem) ? read.value : undefined;
        return [read, target && celeryAddress(target)];
      }),
      profilesFromSettings([
        { name: 'a', databaseUrl: url },
        { name: 'b', databaseUrl: 'postgres://u@h/d', redisUrl: url, brokerUrl: url },
      ]).filter((entry) => 'problem' in entry),
      withoutPassword(url),
      echo(url),
      echo({ databaseUrl: url }),
    ];
    for (const text of openTexts(seen))
      for (const part of ['Xq7', 'Zk9wVt']) assert.ok(!text.includes(part), `${shown(url)} shows ${shown(text)}`);
  });

  fuzz('bring an encoded password to its server, whatever is in it', 1000, (random) => {
    const password = aPassword(random);
    const host = random.pick(HOSTS);
    const url = (scheme: string): string => `${scheme}://bob:${encodeURIComponent(password)}@${host}:1234/5`;
    for (const target of [parsePostgresUrl(url('postgres'), 'a'), parseRedisUrl(url('redis'), 'a')])
      assert.deepEqual(
        [target.host, target.port, target.user, target.password],
        [host.replace(/[[\]]/g, ''), 1234, 'bob', password],
      );
  });

  fuzz('of settings are entries, each with a name of its own', 1500, (random) => {
    const good = [
      { name: 'a', databaseUrl: 'postgres://u@h/d', redisUrl: 'redis://h', table: 't' },
      { name: 'b', databaseUrl: 'postgres://u@h/d', brokerUrl: 'amqp://h', resultBackend: 'django-db' },
    ];
    const entries = profilesFromSettings(random.pick([mutateValue(random, good), anyValue(random, 4)]));
    for (const entry of entries) {
      assert.ok(/^settings[:#]/.test(entry.id) && entry.name !== '');
      if ('problem' in entry) assertForPeople(entry.problem.message);
      else assert.equal(entry.database.password, undefined);
    }
  });

  fuzz('of variables are a connection, or why they are none', 1000, (random) => {
    const variables = {
      DATABASE_URL: postgres,
      REDIS_URL: redis,
      CELERY_BROKER_URL: redis,
      CELERY_RESULT_BACKEND: redis,
    };
    const [name, value] = random.pick(Object.entries(variables));
    const entry = profileFromVariables({ ...variables, [name]: mutateText(random, value) }, 'env-file', '.env');
    if (entry && 'problem' in entry) assertForPeople(entry.problem.message);
  });

  it('of any length are refused', () => {
    for (const scheme of ['postgres://', 'redis://', 'db+'])
      for (const read of [parsePostgresUrl, parseRedisUrl, (url: string) => readCeleryUrl(url, 'broker', 'x')]) {
        const outcome = outcomeOf(() => read(scheme + 'a'.repeat(10 * 1024 * 1024), 'DATABASE_URL'));
        assert.ok('message' in outcome && outcome.message.length < 300);
      }
  });
});

describe('broken settings and files', () => {
  fuzz('.env files are read as far as they go', 2000, (random) => {
    const whole = `# shop\nexport DATABASE_URL="postgres://u:p#w@h/d" # a\nREDIS_URL='redis://h'\nA=b#c\nKEY="a\nb"\n`;
    const read = readEnvFile(random.pick([mutateText(random, whole), anyText(random, 200)]));
    for (const value of Object.values(read)) assert.equal(typeof value, 'string');
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
  });

  fuzz('parameters are numbers and words, or refused', 2000, (random) => {
    const value = random.pick([anyValue(random), mutateText(random, '906'), mutateText(random, 'SCHEDULED,PENDING')]);
    const hours = outcomeOf(() => parseHours(value, 'hours'));
    if ('value' in hours) assert.ok(Number.isFinite(hours.value) && hours.value >= 0);
    for (const parse of [parseLimit, parseMaxQueueScan]) {
      const whole = outcomeOf(() => parse(value, 'limit'));
      if ('value' in whole) assert.ok(Number.isSafeInteger(whole.value) && whole.value >= 0);
    }
    const statuses = outcomeOf(() => parseStatuses(value, 'statuses'));
    if ('value' in statuses) assert.ok(statuses.value.length > 0 && statuses.value.every((word) => word !== ''));
  });

  fuzz('effect rules are whole, or refused', 3000, (random) => {
    const rules = mutateValue(random, { rules: [...WRITTEN_RULES, ...WHOLE_LANGUAGE] });
    const outcome = outcomeOf(() => parseEffectRules(rules, 'celeryTasks.effects'));
    // What is accepted is accepted when it is written down, too.
    if ('value' in outcome)
      assert.equal(effectRulesOf(JSON.stringify(outcome.value), 'effects.json').length, outcome.value.length);
    outcomeOf(() => effectRulesOf(mutateText(random, JSON.stringify(rules)), 'effects.json'));
    outcomeOf(() => parseEffectRules(anyValue(random, 4), 'celeryTasks.effects'));
  });

  for (const [name, json] of extremes())
    it(`rules, settings and reports that are or hold ${name}`, () => {
      const first = WRITTEN_RULES[0]!;
      for (const text of [
        json,
        `[${json}]`,
        `[{"task": ${json}}]`,
        JSON.stringify([first]).replace('"find":', `"find":${json},"x":`),
        JSON.stringify([{ ...first, table: 1 }]).replace('"table":1', `"table":${json}`),
      ])
        assert.ok('message' in outcomeOf(() => effectRulesOf(text, 'effects.json')) || text === '[]');
      const report = diagnosisJson(makeDiagnosis({ types: 1 }));
      for (const text of [
        json,
        `{"schemaVersion": ${json}}`,
        report.replace('"taskModule":', `"taskModule":${json},"x":`),
      ])
        outcomeOf(() => readDiagnosis(text, 'report.json'));
      const value = safely(() => JSON.parse(json) as unknown);
      for (const parse of [parseHours, parseLimit, parseMaxQueueScan, parseStatuses])
        outcomeOf(() => parse(value, 'a setting'));
      profilesFromSettings([value, { name: value, databaseUrl: value }]);
      assert.equal(readMessage(value), undefined);
      assert.ok(echo(value).length < 700);
    });

  it('arguments of any depth are shown', () => {
    const deep = '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH);
    assert.equal(oneLineJson(deep, ['password']).rawJSON.length, deep.length + DEPTH);
  });

  fuzz('arguments stay on one line and keep what is masked', 2000, (random) => {
    const value = mutateValue(random, [
      { password: 'S3cretWord', user_ssn: 'S3cretWord', a: { token: ['S3cretWord'] } },
    ]);
    const text = JSON.stringify(value);
    const { rawJSON } = oneLineJson(text, DEFAULT_MASKED_KEYS);
    assert.equal(escapeUnsafe(rawJSON), rawJSON);
    JSON.parse(rawJSON);
    // Where the names stayed, so does the mask.
    if (text.startsWith('[{"password":"S3cretWord"')) assert.ok(!rawJSON.startsWith('[{"password": "S3'));
    oneLineJson(mutateText(random, text), DEFAULT_MASKED_KEYS);
  });
});

describe('broken reports', () => {
  const whole = JSON.parse(diagnosisJson(makeDiagnosis({ types: 2, rows: 50 }))) as Record<string, unknown>;

  fuzz('are whole, or refused, and what is whole can be shown', 600, (random) => {
    const json =
      random.next() < 0.8 ? JSON.stringify(mutateValue(random, whole)) : mutateText(random, JSON.stringify(whole));
    const outcome = outcomeOf(() => readDiagnosis(json, 'report.json'));
    if (!('value' in outcome)) return;
    const diagnosis = outcome.value;
    const log = textLog(diagnosis);
    const [escaped, written] = [log.split('\n').map(escapeUnsafe).join('\n'), diagnosisJson(diagnosis)];
    assert.equal(log, escaped, 'the log has characters that steer');
    assert.ok(logOutline(log).length > 0);
    const report = markdown(diagnosis, 'prod');
    assert.equal(report, report.split('\n').map(escapeUnsafe).join('\n'), 'the Markdown has characters that steer');
    assert.equal(diagnosisJson(readDiagnosis(written, 'again.json')), written);
  });

  fuzz('messages of the page are messages, or nothing', 3000, (random) => {
    const messages = [
      { type: 'ready' },
      { type: 'do', action: 'runAgain' },
      { type: 'samples', request: 1, diagnosis: 'a', taskType: 2 },
      { type: 'copy', request: 1, text: 'x' },
      { type: 'openLogAt', diagnosis: 'a', place: { taskType: 1, sample: 2 } },
    ];
    const given = random.pick([mutateValue(random, random.pick(messages)), anyValue(random, 4)]);
    const message = readMessage(given);
    if (message === undefined) return;
    const fields = Object.keys(message);
    const known = messages.find(({ type }) => type === message.type)!;
    assert.deepEqual(fields.sort(), Object.keys(known).sort());
    for (const index of [Reflect.get(message, 'request'), Reflect.get(message, 'taskType')] as unknown[])
      assert.ok(index === undefined || (Number.isSafeInteger(index) && (index as number) >= 0));
  });

  fuzz('texts are nothing but text in Markdown', 2000, (random) => {
    const text = random.pick([
      anyText(random),
      random.pick(NASTY_TEXTS),
      '`'.repeat(random.integer(0, 9)) + anyText(random),
    ]);
    for (const line of [plain(text), code(text), prose(text)]) assert.equal(escapeUnsafe(line), line);
    const inside = code(text);
    const fence = /^`+/.exec(inside)![0];
    assert.ok(
      inside.endsWith(fence) && !inside.slice(fence.length, -fence.length).split(/[^`]+/).includes(fence),
      shown(text),
    );
    // Outside of code spans, every sign that means something is escaped.
    const outside = prose(text, true).replace(/(?<!\\)((\\\\)*)`[^`]+`/g, '$1');
    assert.doesNotMatch(outside, /(?<!\\)(\\\\)*[`*_<>[\]|]/, shown(text));
    const block = codeBlock(text, '  ');
    assert.ok(
      block.slice(1, -1).every((line) => !line.includes(block[0]!.trim())),
      shown(text),
    );
  });
});

function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
