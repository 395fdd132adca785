import assert from 'node:assert/strict';
import { Problem, type ProblemKind } from '../../src/base/problem';
import { keepOutput } from './outputs';

/** One sentence for a person: begins with a capital or a quoted name, ends with the only full stop, on one line. */
export function assertOneSentence(message: string): void {
  assert.match(message, /^[A-Z"[/.\-\w][^\r\n]*\.$/, message);
  assert.doesNotMatch(message.slice(0, -1), /[.!?] +[A-Z]/, `more than one sentence: ${message}`);
  assert.doesNotMatch(message, /undefined|\[object/, message);
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(message, /[\u0000-\u001f\u007f-\u009f]/, 'control character in a message');
}

/** Runs what must fail and returns its Problem, which must be of `kind` and one sentence. */
export async function problemOf(work: () => unknown, kind: ProblemKind): Promise<Problem> {
  let outcome: unknown;
  try {
    outcome = await work();
  } catch (error) {
    assert.ok(error instanceof Problem, `not a Problem: ${String(error)}`);
    assert.equal(error.kind, kind, error.message);
    keepOutput('problems', error.message);
    assertOneSentence(error.message);
    return error;
  }
  throw new assert.AssertionError({ message: `expected a Problem "${kind}", got ${JSON.stringify(outcome)}` });
}
