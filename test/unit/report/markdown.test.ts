import assert from 'node:assert/strict';
import type { Diagnosis } from '../../../src/model/diagnosis';
import { hideNames } from '../../../src/report/anonymous';
import { toRedisProblem } from '../../../src/connect/redis/redisProblem';
import { parseRedisUrl } from '../../../src/connect/redis/redisUrl';
import { markdown } from '../../../src/report/markdown';
import { code, plain } from '../../../src/report/markdownText';
import { answerOf } from '../../../src/report/summary';
import { aDiagnosis, aSample, aTaskType, aVerifiedDiagnosis } from '../../support/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const CONNECTION = 'Production EU';

/** A Diagnosis of named servers, whose names stand in sentences too. */
function named(): Diagnosis {
  const base = aVerifiedDiagnosis();
  const { postgres, redis, workers } = base.infrastructure;
  const says =
    'PostgreSQL at db-1.corp.example:5432/learners and Redis at cache.corp.example:6379/0 of Production EU: see celery@web-7.corp.example, 10.1.2.3:5432, redis://:pw@elsewhere.example:6380/1, [2001:db8::7]:6379/2 and learners.';
  return {
    ...base,
    infrastructure: {
      postgres: { ...postgres, address: 'db-1.corp.example:5432/learners' },
      redis: { ...redis!, address: 'cache.corp.example:6379/0' },
      workers: workers!.map((worker, index) => ({ ...worker, name: `celery@web-${String(index + 7)}.corp.example` })),
    },
    sources: [{ name: 'broker', state: 'unavailable', detail: says }],
    recommendations: [{ id: 'x', title: says, why: says, evidence: [says], actions: [says, `first\nssh ${says}`] }],
  };
}

describe('report/markdown', () => {
  it('the report as Markdown begins with the answer, and tells when, what was asked, verdicts, types, advice, sources and versions', () => {
    const diagnosis = makeDiagnosis({ types: 40, rows: 20_000 });
    const text = markdown(diagnosis, CONNECTION);
    const answer = answerOf(diagnosis);
    assert.ok(text.startsWith(`# ${plain(answer.stuck)}\n`));
    for (const part of [
      plain(answer.verdicts ?? ''),
      plain(answer.why ?? ''),
      '2026-11-23 10:00:00.123456+00:00',
      '`SCHEDULED`',
      '906 h',
      'Execution was verified.',
      '| lost |',
      'And 20 more task types with ',
      'PostgreSQL 18.4',
      'Redis 7.0.15',
      '| broker | ok |',
      '| workers | unavailable | workers were not asked',
    ])
      assert.ok(text.includes(part), part);
    for (const type of diagnosis.taskTypes.slice(0, 20)) assert.ok(text.includes(`.${type.taskName}\``), type.taskName);
    assert.equal(text.includes(`${diagnosis.taskTypes[20]!.taskName}\``), false);
    for (const { title, why, evidence, actions } of diagnosis.recommendations)
      for (const said of [title, why, ...evidence, ...actions]) assert.ok(text.includes(plain(said)), said);
  });

  it('the report as Markdown adds up: the types that are left out are counted', () => {
    const diagnosis = makeDiagnosis({ types: 25, rows: 5000 });
    const rest = diagnosis.taskTypes.slice(20).reduce((sum, { count }) => sum + count, 0);
    assert.ok(markdown(diagnosis, null).includes(`And 5 more task types with ${String(rest)} stuck tasks.`));
  });

  it('the report as Markdown has its short form where nothing was verified, and where nothing is stuck', () => {
    const plainText = markdown(aDiagnosis(), null);
    assert.match(plainText, /Execution was not verified\./);
    assert.doesNotMatch(plainText, /## Verdicts/);
    const empty = markdown(aDiagnosis({ taskTypes: [], recommendations: [] }), null);
    assert.match(empty, /^# No SCHEDULED task is older than 906 h/);
    assert.doesNotMatch(empty, /## (Task types|Recommendations)/);
  });

  it('the report as Markdown has no value of any argument, and no row', () => {
    const samples = [aSample({ id: 424242, statusMessage: 'private words', taskId: 'aaaa-bbbb' })].map((sample) => ({
      ...sample,
      arguments: { rawJSON: '{"email": "ann@private.example", "n": 987654321}' },
    }));
    const text = markdown(aVerifiedDiagnosis({ taskTypes: [aTaskType({ samples })] }), null);
    assert.doesNotMatch(text, /private|987654321|424242|aaaa-bbbb/);
  });

  it('the report as Markdown has no name of a host, an address, a database or the connection, also within sentences', () => {
    const text = markdown(named(), CONNECTION);
    for (const secret of [
      'corp',
      'learners',
      'Production EU',
      '10.1.2.3',
      '2001',
      'elsewhere',
      'pw@',
      'web-7',
      '5432',
      '6379',
      '6380',
    ])
      assert.equal(text.includes(secret), false, `${secret} in ${text}`);
  });

  it('the report as Markdown hides servers that it knows only from a sentence about what failed', () => {
    const hide = hideNames(named(), null);
    for (const [text, hidden] of [
      ["Host: redis-prod.acme.internal. is not in the cert's altnames: DNS:*.cache.acme.com, DNS:b.acme.com", /acme/],
      ['connect ECONNREFUSED ::1:6379', /::1/],
      ['connect ECONNREFUSED fd00::12:6379', /fd00/],
      ['see https://alice:s3cret@intra.acme.com/x', /alice|s3cret|acme/],
      ['see http://intra.acme.com', /acme/],
    ] as const)
      assert.doesNotMatch(hide(text), hidden);
    for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH']) {
      const target = parseRedisUrl('redis://redis-prod.acme.internal:6379/0', 'redisUrl');
      const { message } = toRedisProblem(
        Object.assign(new Error(`${code} redis-prod.acme.internal`), { code }),
        target,
      );
      assert.doesNotMatch(hide(message), /acme/, code);
    }
  });

  it('the report as Markdown leaves alone what only looks like such a name', () => {
    const hide = hideNames(named(), 'shop');
    for (const text of [
      'learners.tasks.send has 4,000 rows since 2026-11-23 10:23:45 and 10:23',
      'happy shopping, shop.tasks.run and my.shop',
      'ratio 12:30, note: 5 rows',
    ])
      assert.equal(hide(text), text);
    assert.equal(hide('The database learners.'), 'The database (database).');
    assert.equal(hide('LEARNERS at DB-1.corp.example'), '(database) at (host)');
    assert.equal(hide('the shop'), 'the (connection)');
    const common = hideNames(named(), 'Redis');
    for (const text of ['its Redis was emptied', 'no worker, see https://docs.celeryq.dev/en/stable/x.html'])
      assert.equal(common(text), text);
  });

  it('the report as Markdown lets no name of the database be markup, a mention or the end of a table', () => {
    const evil = '`|x|`\n# h <img src=x onerror=alert(1)> @octocat [a](http://b) **b** </details>';
    const taskTypes = [aTaskType({ taskName: evil, byStatus: { [evil]: 3 } })];
    const base = aDiagnosis({ taskTypes });
    const text = markdown(
      {
        ...base,
        parameters: { ...base.parameters, statuses: [evil] },
        sources: [{ name: evil, state: 'ok', detail: evil }],
        recommendations: [{ id: 'x', title: evil, why: evil, evidence: [evil], actions: [evil, `a\n\`\`\`\n${evil}`] }],
      },
      null,
    );
    const outsideCode = text.replace(/(`+)[^\n]*?[^`]\1(?!`)/g, '').replace(/^ *(`{3,})\n[^]*?\n *\1$/gm, '');
    assert.doesNotMatch(outsideCode, /(?<!\\)<(img|\/details)/);
    assert.doesNotMatch(outsideCode, /@octocat/);
    assert.doesNotMatch(outsideCode, /(?<!\\)\[a\]\(|(?<!\\)\]\(/);
    for (const line of text.split('\n').filter((each) => each.startsWith('| ')))
      assert.equal(line.replace(/\\\|/g, '').split('|').length - 2, 3, line);
  });

  it('the report as Markdown fences names whatever backticks they have', () => {
    assert.equal(code('a.b'), '`a.b`');
    assert.equal(code('a`b'), '`` a`b ``');
    assert.equal(code('```'), '```` ``` ````');
    assert.equal(code('a|b\nc'), '`a\\|b\\nc`');
    assert.equal(code(''), '`  `');
  });
});
