import assert from 'node:assert/strict';
import { totalStuck, type Diagnosis, type Recommendation } from '../../../src/model/diagnosis';
import { hideNames } from '../../../src/report/anonymous';
import { toRedisProblem } from '../../../src/connect/redis/redisProblem';
import { parseRedisUrl } from '../../../src/connect/redis/redisUrl';
import { markdown } from '../../../src/report/markdown';
import { code, plain, prose } from '../../../src/report/markdownText';
import { firstStepOf } from '../../../src/report/plan';
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
  it('the report as Markdown begins with the answer, and tells what to do first, the plan, verdicts, types, sources and versions', () => {
    const diagnosis = makeDiagnosis({ types: 40, rows: 20_000 });
    const text = markdown(diagnosis, CONNECTION, '1.2.3');
    const answer = answerOf(diagnosis);
    assert.ok(text.startsWith(`# ${plain(answer.stuck)}\n`));
    const parts = [
      prose(`${answer.verdicts ?? ''}.`),
      prose(`${answer.why ?? ''}.`),
      `**Start here: ${plain(firstStepOf(diagnosis)!.recommendation.title)}**`,
      'Checked 2026-11-23 10:00 UTC: ',
      '`SCHEDULED`',
      'Execution was verified.',
      'PostgreSQL 18.4',
      '## What to do',
      '## What became of them',
      '| lost |',
      '[What do the verdicts mean?](https://github.com/',
      '## Task types',
      'And 20 more task types with ',
      '<summary>What was read</summary>',
      '| broker | ok |',
      '| workers | unavailable | workers were not asked',
      'Redis 7.0.15',
      'Celery Task Diagnostics 1.2.3',
    ];
    const places = parts.map((part) => text.indexOf(part));
    for (const [index, place] of places.entries()) assert.notEqual(place, -1, parts[index]);
    assert.deepEqual(
      places,
      [...places].sort((x, y) => x - y),
      'in this order',
    );
    for (const type of diagnosis.taskTypes.slice(0, 20)) assert.ok(text.includes(`.${type.taskName}\``), type.taskName);
    assert.equal(text.includes(`${diagnosis.taskTypes[20]!.taskName}\``), false);
    for (const { title, why, evidence } of diagnosis.recommendations)
      for (const said of [plain(title), prose(why), ...evidence.map((each) => prose(each))])
        assert.ok(text.includes(said), said);
  });

  it('the report as Markdown tells the cause and the confidence of each verdict, and adds up to all tasks', () => {
    const diagnosis = makeDiagnosis({ types: 40, rows: 20_000 });
    const rows = markdown(diagnosis, null)
      .split('\n')
      .filter((line) => /^\| (waiting|held|running|finished|failed|lost|unknown) \|/.test(line))
      .map((line) => line.split(' | '));
    const sum = rows.reduce((all, cells) => all + Number(cells[2]!.replaceAll(',', '')), 0);
    assert.equal(sum, totalStuck(diagnosis));
    const lost = rows.find(([verdict, cause]) => verdict === '| lost' && cause === '`never-published`');
    assert.equal(lost?.[4], 'likely');
    const unknown = rows.find(([verdict]) => verdict === '| unknown');
    assert.deepEqual([unknown?.[1], unknown?.[4]], ['', ''], 'how sure one is of not knowing is no news');
  });

  it('the report as Markdown has the steps by phase in the order of doing, with what must come first, and folds what is behind them', () => {
    const step = (id: string, phase: 'now' | 'then' | 'info', more: object = {}): Recommendation => ({
      ...{ id, title: `Title of ${id}`, why: 'Because.', evidence: [], actions: ['celery -A <project> worker'], phase },
      ...more,
    });
    const recommendations = [
      step('start', 'now', { rows: 0 }),
      step('again', 'then', { after: ['start'], rows: 12 }),
      step('know', 'info', { rows: 1 }),
    ];
    const text = markdown(aVerifiedDiagnosis({ recommendations }), null);
    const lines = text.split('\n').filter((line) => /^(\*\*Start|###|\d\.|-) ?/.test(line));
    assert.deepEqual(lines.slice(0, 7), [
      '**Start here: Title of start** · 1 more step below',
      '### Now',
      '1. **Title of start**',
      '### Then, after checking again',
      '2. **Title of again** (12 tasks) – after step 1',
      '### For information',
      '- **Title of know** (1 task)',
    ]);
    assert.match(text, /\n {3}<details>\n {3}<summary>Why and how<\/summary>\n\n {3}Because\.\n/);
    assert.match(text, /- Do: `celery -A <project> worker`/);
    assert.doesNotMatch(text, /\(0 tasks\)/);
  });

  it('the report as Markdown shows the queues, and that nobody consumes one', () => {
    const queues = [
      { name: 'hooks', length: 1200, priorities: [], unacked: 3, consumed: false },
      { name: 'celery', length: 2, priorities: [], unacked: 0, consumed: null },
    ];
    const base = aVerifiedDiagnosis();
    const text = markdown({ ...base, infrastructure: { ...base.infrastructure, queues } }, null);
    assert.ok(text.includes('| `hooks` | 1,200 | 3 | **no** |\n| `celery` | 2 | 0 | not known |'), text);
  });

  it('the report as Markdown writes names and code as code that can be read, and nothing else', () => {
    for (const [sentence, written] of [
      ['Set task_manager.models, please.', 'Set `task_manager.models`, please.'],
      ['fn.delay(*row["args"], **row["kwargs"]) in a shell', '`fn.delay(*row["args"], **row["kwargs"])` in a shell'],
      ['(the field task_id)', '(the field `task_id`)'],
      ["Django's cache.clear() empties it", "Django's `cache.clear()` empties it"],
      ['Turn on celeryTasks.askWorkers (--ask-workers).', 'Turn on `celeryTasks.askWorkers` (`--ask-workers`).'],
      ['49% undetermined; 4,122 were lost, e.g. here.', '49% undetermined; 4,122 were lost, e.g. here.'],
      ['<1% of 3', '\\<1% of 3'],
      ['say `a_b`', 'say \\`a\\_b\\`'],
    ] as const)
      assert.equal(prose(sentence), written);
    assert.equal(prose('a_b|c_d', true), plain('a_b|c_d'));
  });

  it('the report as Markdown adds up: the types that are left out are counted', () => {
    const diagnosis = makeDiagnosis({ types: 25, rows: 5000 });
    const rest = diagnosis.taskTypes.slice(20).reduce((sum, { count }) => sum + count, 0);
    assert.ok(markdown(diagnosis, null).includes(`And 5 more task types with ${String(rest)} stuck tasks.`));
  });

  it('the report as Markdown has its short form where nothing was verified, and where nothing is stuck', () => {
    const plainText = markdown(aDiagnosis(), null);
    assert.match(plainText, /Execution was not verified\./);
    assert.doesNotMatch(plainText, /## What became of them/);
    const empty = markdown(aDiagnosis({ taskTypes: [], recommendations: [] }), null);
    assert.match(empty, /^# No SCHEDULED task is older than 906 h/);
    assert.doesNotMatch(empty, /## (Task types|What to do)/);
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
    const ours = /^ *(<details>|<\/details>|<summary>[\w ]+<\/summary>)$/gm;
    assert.equal(outsideCode.match(ours)?.length, 6, 'two parts are folded, with their titles');
    assert.doesNotMatch(outsideCode.replace(ours, ''), /(?<!\\)<(img|\/?details|summary)/);
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
