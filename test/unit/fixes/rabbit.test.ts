import assert from 'node:assert/strict';
import { planFix } from '../../../src/fixes/planFix';
import type { Cause } from '../../../src/model/verdict';
import type { FixPlan } from '../../../src/model/fix';
import { fixCheck, fixRow, WRITTEN } from '../../support/fixes';

/** The plan for one lost task, whose broker is RabbitMQ or Redis. */
function plan(onRabbit: boolean, cause: Cause = 'message-missing'): FixPlan {
  const row = fixRow({ verdict: 'lost', cause, confidence: 'likely' });
  return planFix(fixCheck(onRabbit ? { onRabbit: true } : {}), [row], 'one task', 0, WRITTEN);
}

const kinds = ({ scripts }: FixPlan): string[] => scripts.map(({ kind }) => kind);

describe('fixes/rabbit', () => {
  it('a script that could not search the broker is not offered, and the reason is', () => {
    assert.ok(kinds(plan(false)).includes('dispatch'));
    assert.ok(!kinds(plan(true)).includes('dispatch'));
    const [refused, ...more] = plan(true).refused;
    assert.deepEqual([refused?.rows, more.length], [1, 0]);
    assert.match(refused!.why, /RabbitMQ shows no message without changing it/);
  });

  it('preventions fit the broker', () => {
    const textOf = (onRabbit: boolean): string =>
      (['message-missing', 'worker-lost', 'eta', 'priority-starved', 'backlog'] as const)
        .flatMap((cause) => plan(onRabbit, cause).scripts)
        .filter(({ kind }) => kind === 'cure')
        .map(({ title, text }) => `${title} ${text}`)
        .join('\n');
    assert.match(textOf(false), /redis\.conf[\s\S]*visibility timeout/);
    assert.doesNotMatch(textOf(true), /redis|visibility/i);
    assert.match(textOf(true), /confirm_publish[\s\S]*consumer timeout/);
  });
});
