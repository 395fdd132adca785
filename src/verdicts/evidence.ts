import { redact } from '../base/redact';
import { contradicts, CONTRADICTS, type Evidence, type Verdict } from '../model/verdict';
import type { ShownFacts, World } from '../model/facts';
import { brokerEvidence } from './sentences/broker';
import { resultEvidence } from './sentences/results';
import { rowEvidence, siblingEvidence } from './sentences/row';
import { lossEvidence } from './sentences/losses';
import { sessionsEvidence } from './sentences/sessions';
import { workersEvidence } from './sentences/workers';

const MAX_LENGTH = 1500;

/** The sentences of one row's evidence: those that support the verdict, then the others source by source. A source that was not read is named, never passed over. */
export function explain(facts: ShownFacts, world: World, verdict: Verdict): Evidence[] {
  const lines = [
    ...rowEvidence(facts.row),
    ...siblingEvidence(facts, world),
    ...effectEvidence(facts, world),
    resultEvidence(facts, world),
    ...brokerEvidence(facts, world),
    ...workersEvidence(facts, world),
    ...sessionsEvidence(facts, world),
    ...lossEvidence(facts, world),
  ];
  // Exceptions and columns can hold URLs with passwords.
  const told = lines.map((line): Evidence => {
    const says = redact(line.says).slice(0, MAX_LENGTH);
    return contradicts(line, verdict) ? { ...line, says: says + CONTRADICTS, contradicts: true } : { ...line, says };
  });
  // What decided comes first: a person reads one line, and the others where they doubt it.
  const decides = (line: Evidence): boolean => line.supports === verdict;
  return [...told.filter(decides), ...told.filter((line) => !decides(line))];
}

function effectEvidence({ effect, row }: ShownFacts, { effects }: World): Evidence[] {
  if (effect) {
    const supports = SUPPORTS[effect.says];
    const untested = effect.untested === true ? ({ untested: true } as const) : {};
    return [{ source: 'effects', says: effect.text, ...(supports === undefined ? {} : { supports }), ...untested }];
  }
  if (effects.state === 'unavailable') return [{ source: 'effects', says: `Not read: ${effects.detail}.` }];
  return [{ source: 'effects', says: `No effect rule covers ${row.taskName}.` }];
}

const SUPPORTS: Readonly<Record<string, Verdict | undefined>> = {
  executed: 'finished',
  failed: 'failed',
  'not-executed': 'lost',
};
