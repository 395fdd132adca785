import assert from 'node:assert/strict';
import type { FixPlan, FixRow } from '../../../src/model/fix';
import { GENERATED } from '../../../src/fixes/markers';
import { withWarnings } from '../../../src/fixes/header';
import { scriptName } from '../../../src/fixes/scriptName';
import { hasStaleGuard, staleGuard } from '../../../src/fixes/staleGuard';
import { CAUSES, VERDICTS } from '../../../src/model/verdict';
import { fixCheck, fixRow, HOSTILE, planOf, scriptOf } from '../../support/fixes';

const LOST: Partial<FixRow> = { verdict: 'lost', cause: 'message-missing', confidence: 'likely' };

function withoutCures({ scripts }: FixPlan): string[] {
  return scripts.filter(({ kind }) => kind !== 'cure').map(({ kind }) => kind);
}

/** A row without a known cause. */
function uncaused(change: Partial<FixRow>): FixRow {
  const { id, status, updatedAt, taskModule, taskName, verdict, confidence } = fixRow(change);
  return { id, status, updatedAt, taskModule, taskName, verdict, confidence };
}

describe('fixes/fixes', () => {
  it('a plan of fixes has SQL, Django and what undoes them for rows that are proven finished, and for no others', () => {
    const plan = planOf([fixRow(), fixRow({ id: 8, confidence: 'likely' }), fixRow({ id: 9, confidence: 'possible' })]);
    assert.deepEqual(withoutCures(plan), ['sql', 'inverse-sql', 'django', 'inverse-django']);
    assert.ok(plan.scripts.every(({ rows }) => rows === 1));
    assert.deepEqual(
      plan.refused.map(({ verdict, rows }) => [verdict, rows]),
      [['finished', 2]],
    );
    assert.match(plan.refused[0]!.why, /do not prove that it ran/);
  });

  it('a plan of fixes dispatches lost rows that never ran and have no twin', () => {
    for (const cause of ['message-missing', 'broker-wiped', 'never-published'] as const)
      assert.deepEqual(withoutCures(planOf([fixRow({ ...LOST, cause })])), ['dispatch']);
    assert.deepEqual(withoutCures(planOf([uncaused(LOST)])), ['dispatch']);
    for (const change of [
      { cause: 'page-interrupted' },
      { cause: 'paused' },
      { confidence: 'possible' },
      { twin: true },
      { twinUnknown: true },
    ] as const) {
      const plan = planOf([fixRow({ ...LOST, ...change })]);
      assert.deepEqual(withoutCures(plan), [], JSON.stringify(change));
      assert.equal(plan.refused.length, 1);
    }
  });

  it('a plan of fixes leaves rows that their status says have ended, and takes the false ERROR of a Resume', () => {
    for (const status of ['DONE', 'REVERSED']) {
      const plan = planOf([fixRow({ status })]);
      assert.deepEqual(withoutCures(plan), [], status);
      assert.match(plan.refused[0]!.why, /^No action needed: the row itself/);
    }
    assert.equal(withoutCures(planOf([fixRow({ status: 'ERROR' })])).length, 4);
  });

  it('a plan of fixes names no row whose id a number of JavaScript cannot hold', () => {
    const plan = planOf([fixRow({ id: 2 ** 53 }), fixRow({ ...LOST, id: 2 ** 53 + 2 })]);
    assert.deepEqual(withoutCures(plan), []);
    assert.deepEqual(
      plan.refused.map(({ why }) => why.includes('above 2^53')),
      [true, true],
    );
  });

  it('a plan of fixes gives every verdict and cause either a script or a reason', () => {
    for (const verdict of VERDICTS)
      for (const cause of CAUSES) {
        const plan = planOf([fixRow({ verdict, cause, confidence: 'likely' })]);
        assert.equal(withoutCures(plan).length + plan.refused.length, 1, `${verdict} ${cause}`);
        assert.ok(plan.refused.every(({ why }) => /^[A-Z].*\.$/.test(why) && why.length < 500));
      }
  });

  it('a plan of fixes says of rows that resolve by themselves that nothing must be done, and until when', () => {
    const eta = (id: number, resolvesAt?: string): FixRow =>
      fixRow({ id, verdict: 'held', cause: 'eta', ...(resolvesAt === undefined ? {} : { resolvesAt }) });
    const between = planOf([eta(1, '2026-11-25T10:00:00Z'), eta(2, '2026-11-24T09:00:00.5Z'), eta(3)]);
    assert.equal(between.refused[0]!.rows, 3);
    assert.match(
      between.refused[0]!.why,
      /^No action needed.*The first resolves at 2026-11-24 09:00:00 UTC, the last at 2026-11-25 10:00:00 UTC\.$/,
    );
    assert.match(planOf([eta(1, '2026-11-25T10:00:00Z')]).refused[0]!.why, /It resolves at 2026-11-25 10:00:00 UTC\.$/);
    assert.doesNotMatch(planOf([eta(3)]).refused[0]!.why, /resolves/);
    for (const verdict of ['waiting', 'held', 'running'] as const) {
      assert.match(planOf([uncaused({ verdict })]).refused[0]!.why, /^No action needed: .*it would run twice\.$/);
    }
  });

  it('a plan of fixes refuses rows whose updated_at cannot be read, and what is beyond one script', () => {
    const plan = planOf([fixRow({ updatedAt: null }), fixRow({ ...LOST, id: 8, updatedAt: null })]);
    assert.deepEqual(withoutCures(plan), []);
    assert.match(plan.refused[0]!.why, /updated_at cannot be read/);
    function* many(): Generator<FixRow> {
      for (let id = 1; id <= 100_001; id++) yield fixRow({ id });
    }
    const big = planOf(many());
    assert.equal(big.scripts[0]!.rows, 100_000);
    assert.match(big.refused[0]!.why, /A script takes at most 100,000 rows/);
    // Editors still open and colour it.
    assert.ok(scriptOf(big, 'sql').length < 8e6);
    assert.ok(scriptOf(big, 'django').length < 8e6);
  });

  it('a plan of fixes offers the cures of the causes, each once', () => {
    const rows = [
      fixRow({ verdict: 'unknown', cause: 'lost-update' }),
      fixRow({ verdict: 'unknown', cause: 'lost-update' }),
      fixRow({ verdict: 'held', cause: 'eta' }),
      fixRow({ verdict: 'held', cause: 'redelivery-pending' }),
    ];
    const cures = planOf(rows).scripts;
    assert.deepEqual(
      cures.map(({ language, rows: many }) => [language, many]),
      [
        ['diff', 0],
        ['markdown', 0],
      ],
    );
    assert.match(cures[0]!.text, /\n\+ +x\.save\(update_fields=\["task_id"\]\)\n/);
    assert.match(cures[1]!.text, /visibility_timeout/);
  });
});

describe('fixes/fixes', () => {
  const rows = [
    ...[1, 2].map((id) => fixRow({ id })),
    fixRow({ id: 3, taskName: 'bill', cause: 'result-success' }),
    fixRow({ id: 4, ...LOST }),
  ];
  const plan = planOf(rows, fixCheck(), 'everything in shop.tasks', 5);
  const scripts = plan.scripts.filter(({ kind }) => kind !== 'cure');

  for (const { kind, text } of scripts)
    it(`the top of every script names the check, its connection, its rows, what it does and how to undo it (${kind})`, () => {
      const comment = text.split('\n').filter((line) => /^(#|--)/.test(line));
      // As it is read: lines that were wrapped are one.
      const says = comment.join('\n').replaceAll(/\n(?:#|--) {3,}/g, ' ');
      assert.ok(comment[0]!.endsWith(GENERATED));
      for (const words of [
        /Check: +2026-11-24 02:40:00 UTC, SCHEDULED, PENDING, last run before 2026-10-17 08:40:00 UTC/,
        /Connection: production, db\.example\.com:5432\/shop/,
        /About: +everything in shop\.tasks/,
        /5 rows left out: changed or deleted since the check/,
        kind === 'dispatch' ? /3 rows left out: the list/ : /1 row left out: the list/,
        /What it does:/,
        /What it does not do:/,
        /To run it:/,
        /To undo it:/,
      ])
        assert.match(says, words);
      if (kind === 'dispatch') assert.match(says, /1 of shop\.tasks\.send: lost, message-missing, likely\b/);
      else {
        assert.match(says, /2 of shop\.tasks\.send: finished, effect-found, proven\b/);
        assert.match(says, /1 of shop\.tasks\.bill: finished, result-success, proven\b/);
      }
    });

  it('the top of every script fits into 100 columns, but for a name that is longer', () => {
    for (const { kind, text } of scripts) {
      const lines = text.split('\n');
      const top = lines.slice(
        0,
        lines.findIndex((line) => !/^(#|--)/.test(line)),
      );
      assert.ok(top.length > 20, kind);
      for (const line of top) assert.ok(line.length <= 100, `${kind}: ${line}`);
    }
    const long = planOf(rows, fixCheck({ connection: 'x'.repeat(300) }), 'everything');
    assert.match(long.scripts[0]!.text, /^-- Connection: x{300},$/m);
  });

  it('the top of the script that dispatches takes in more warnings below its danger, as comments', () => {
    const script = withWarnings(scriptOf(plan, 'dispatch'), ['Also: this.', `- a\nb ${'word '.repeat(30)}`]);
    assert.match(script, /# DANGER: [^]*\n# Also: this\.\n# - a\\nb word [^]*\n#\n# What it does:\n/);
    for (const line of script.split('\n').slice(0, 20)) assert.match(line, /^#/);
    assert.equal(withWarnings('x = 1\n', ['y']), 'x = 1\n');
  });

  it('the top of the script that dispatches says how long its pauses take', () => {
    const lasts = (many: number): string => {
      const lost = Array.from({ length: many }, (_, index) => fixRow({ id: index + 1, ...LOST }));
      return scriptOf(planOf(lost), 'dispatch').replaceAll(/\n#? +/g, ' ');
    };
    assert.match(lasts(20), /With these pauses it takes less than a minute\./);
    assert.match(lasts(4000), /With these pauses it takes about 17 min for 4,000 rows\./);
    assert.match(lasts(42_384), /With these pauses it takes about 3 h for 42,384 rows\./);
  });

  it('the file of a script has a name that says what it does', () => {
    assert.deepEqual(
      scripts.map((script) => scriptName(script)),
      [
        'mark-3-tasks-as-done.sql',
        'undo-mark-3-tasks-as-done.sql',
        'mark-3-tasks-as-done.py',
        'undo-mark-3-tasks-as-done.py',
        'dispatch-1-task.py',
      ],
    );
    assert.equal(scriptName(scripts[0]!, 2), 'mark-3-tasks-as-done-2.sql');
    const cure = { kind: 'cure', title: 'Library patch: a/b \u202E"x"', language: 'diff', rows: 0 } as const;
    assert.equal(scriptName(cure), 'library-patch-a-b-x.diff');
  });

  it('the top of every script is two lines of fixed words, where Python looks for an encoding', () => {
    const first = scripts.map(({ text }) =>
      text
        .split('\n')
        .slice(0, 2)
        .join('\n')
        .replaceAll(/^(#|--) /gm, ''),
    );
    for (const hostile of HOSTILE) {
      const check = fixCheck({ connection: hostile, address: hostile, statuses: [hostile], table: hostile });
      const named = rows.map((row) => ({ ...row, taskModule: hostile, taskName: hostile }));
      const others = planOf(named, check, hostile).scripts.filter(({ kind }) => kind !== 'cure');
      assert.deepEqual(
        others.map(({ text }) =>
          text
            .split('\n')
            .slice(0, 2)
            .join('\n')
            .replaceAll(/^(#|--) /gm, ''),
        ),
        first,
      );
      for (const { text, language } of others) if (language === 'python') assert.match(text, /^[\n -~]*$/, 'not ASCII');
    }
  });

  it('the top of every script warns of running twice, and never names the Resume of the admin as a way', () => {
    assert.match(
      scriptOf(plan, 'dispatch'),
      /^# Generated by [^\n]*\n# Review before running\.\n#\n# DANGER: [^]*?runs\s+(# +)?twice/,
    );
    assert.match(scriptOf(plan, 'dispatch'), /never uses the admin's Resume/);
  });

  it('the top of every script is refused where a time is none', () => {
    assert.throws(() => planOf([fixRow({ updatedAt: "2026-01-01'; drop table x; --" })]), RangeError);
    assert.throws(() => planOf([fixRow()], fixCheck({ generatedAt: 'today' })), RangeError);
  });
});

describe('fixes/fixes', () => {
  for (const language of ['sql', 'python', 'diff', 'markdown'] as const)
    it(`the guard of an older script is found again, and only where it is (${language})`, () => {
      const guard = staleGuard(language, '2026-11-24T03:00:00.25Z');
      assert.match(guard, /2026-11-24 03:00:00 UTC/);
      assert.ok(guard.endsWith('\n'));
      assert.ok(hasStaleGuard(guard));
      for (const { text } of planOf([fixRow(), fixRow(LOST)]).scripts) {
        assert.ok(!hasStaleGuard(text));
        assert.ok(hasStaleGuard(guard + text));
      }
    });
});
