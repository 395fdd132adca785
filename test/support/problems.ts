import assert from 'node:assert/strict';
import { Problem, type ProblemKind } from '../../src/base/problem';
import { keepOutput } from './outputs';

/** More are not read by a person in an incident. */
const MOST_SENTENCES = 3;

/** What is wrong and what to do, for a person: short sentences on one line, the first with a capital or a quoted name. */
export function assertForPeople(message: string): void {
  assert.match(message, /^[A-Z"[/.\-\w][^\r\n]*[.?]$/, message);
  const sentences = message.slice(0, -1).split(/[.!?] +(?=[A-Z])/);
  assert.ok(sentences.length <= MOST_SENTENCES, `more than ${String(MOST_SENTENCES)} sentences: ${message}`);
  assert.doesNotMatch(message, /undefined|\[object/, message);
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(message, /[\u0000-\u001f\u007f-\u009f]/, 'control character in a message');
}

/** Runs what must fail and returns its Problem, which must be of `kind` and in short sentences. */
export async function problemOf(work: () => unknown, kind: ProblemKind): Promise<Problem> {
  let outcome: unknown;
  try {
    outcome = await work();
  } catch (error) {
    assert.ok(error instanceof Problem, `not a Problem: ${String(error)}`);
    assert.equal(error.kind, kind, error.message);
    keepOutput('problems', error.message);
    assertForPeople(error.message);
    return error;
  }
  throw new assert.AssertionError({ message: `expected a Problem "${kind}", got ${JSON.stringify(outcome)}` });
}
