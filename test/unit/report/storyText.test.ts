import assert from 'node:assert/strict';
import type { TaskStory } from '../../../src/model/story';
import { CONTRADICTS } from '../../../src/model/verdict';
import { meaningOf, nextWithoutAdvice, noTaskText, storyNotes } from '../../../src/report/story';
import { storyText } from '../../../src/report/storyText';
import { VERDICT_MEANINGS } from '../../../src/report/verdictText';
import { makeDiagnosis } from '../../support/reportDiagnosis';
import { without } from '../../support/without';

const { taskModule, taskName, samples } = makeDiagnosis({ types: 1, rows: 3, samples: 1 }).taskTypes[0]!;
const row = without(samples[0]!, 'verification');

const DONE: TaskStory = {
  schemaVersion: 1,
  generatedAt: row.lastRun,
  asked: { id: String(row.id), by: 'row' },
  task: { ...row, taskModule, taskName, status: 'DONE' },
  verification: {
    verdict: 'finished',
    confidence: 'likely',
    evidence: [
      { source: 'row', says: 'DONE since then.', supports: 'finished' },
      { source: 'broker', says: `It is in a queue.${CONTRADICTS}`, supports: 'waiting', contradicts: true },
      { source: 'workers', says: 'No worker is connected.' },
    ],
  },
  recommendations: [],
  sources: [{ name: 'results', state: 'not-configured', detail: 'nobody named one' }],
};

describe('report/storyText', () => {
  it('the text of a story has the verdict first and says what a row records of its own end', () => {
    const lines = storyText(DONE).split('\n');
    assert.equal(lines[0], `Row ${String(row.id)} · ${taskModule}.${taskName} · DONE`);
    assert.equal(lines[2], 'Finished (likely): it completed, and its row shows it.');
    const at = (line: string): number => lines.indexOf(line);
    assert.equal(lines[at('Because') + 1], '  Row: DONE since then.');
    assert.equal(
      lines[at('But') + 1],
      '  Message: It is in a queue. (points to waiting) This contradicts the verdict.',
    );
    assert.deepEqual(lines.slice(at('Also looked at') + 1, at('Also looked at') + 3), [
      '  Workers: No worker is connected.',
      '  Result (not set up): nobody named one.',
    ]);
  });

  it('a row that records its end needs nothing, unless something contradicts it or it failed', () => {
    const calm = { ...DONE.verification!, evidence: DONE.verification!.evidence.slice(0, 1) };
    assert.equal(nextWithoutAdvice({ ...DONE, verification: calm }), 'No action needed.');
    assert.match(nextWithoutAdvice(DONE), /^Find out whether it really ended/);
    const failed = {
      ...calm,
      verdict: 'failed' as const,
      evidence: [{ source: 'row', says: 'x', supports: 'failed' } as const],
    };
    assert.match(
      nextWithoutAdvice({ ...DONE, task: { ...DONE.task!, status: 'ERROR' }, verification: failed }),
      /^Read its status message/,
    );
  });

  it('what a verdict means is what the row records only where the row speaks for it', () => {
    assert.equal(
      meaningOf('CANCELLED', { verdict: 'waiting', confidence: 'proven', evidence: [] }),
      VERDICT_MEANINGS.waiting,
    );
    assert.equal(meaningOf('SOMETHING', DONE.verification!), VERDICT_MEANINGS.finished);
  });

  it('other rows with the same Celery id are named, and how a row was found that has another one', () => {
    const asked = { id: 'abc', by: 'celery' } as const;
    assert.deepEqual(storyNotes(DONE), []);
    assert.match(storyNotes({ ...DONE, asked, others: [3] }).join(), /^Another row has the same Celery id: 3\./);
    assert.match(
      storyNotes({ ...DONE, asked, others: [3, 2] }).join(),
      /^2 other rows have the same Celery id: 3, 2\./,
    );
    assert.match(storyNotes({ ...DONE, asked, foundBy: 'message' }).join(), /^No row has the Celery id abc: /);
  });

  it('one sentence says that there is no task, and who knows the id or was asked', () => {
    const missing = (known: ('broker' | 'workers' | 'results')[], ...read: string[]): string =>
      noTaskText({
        ...DONE,
        task: null,
        elsewhere: { known, evidence: [] },
        sources: ['postgres', ...read].map((name) => ({ name, state: 'ok', detail: '' })),
      });
    const head = `There is no task with the id ${String(row.id)}: no row has it, `;
    assert.equal(missing(['broker'], 'broker'), `${head}but the broker knows that id.`);
    assert.equal(
      missing(['broker', 'results'], 'broker'),
      `${head}but the broker and the result backend know that id.`,
    );
    assert.equal(
      missing([], 'broker', 'results'),
      `${head}and nothing is known of it in the broker and the result backend.`,
    );
    assert.equal(missing([]), `${head}and no broker and no result backend could be asked.`);
  });

  it('lines are broken at the width of a terminal, indented, and stay whole without one', () => {
    const narrow = storyText(DONE, 44).trimEnd().split('\n');
    assert.ok(
      narrow.every((line) => line.length <= 44),
      narrow.join('\n'),
    );
    assert.ok(narrow.some((line) => line.startsWith('    ')));
    const words = (text: string): string => text.replace(/\s+/g, ' ');
    assert.equal(words(storyText(DONE, 44)), words(storyText(DONE)));
  });
});
