import type { Evidence } from '../../model/verdict';
import { wasRead } from '../../model/sources';
import type { RowFacts, SessionSave, World } from '../../model/facts';
import { begun } from '../../causes/rowState';
import { signOfSave, signOfTouch, type Sign } from '../../causes/sessionSigns';
import { moment } from '../../base/moment';

/** What PostgreSQL's sessions and transactions show of it. */
export function sessionsEvidence(facts: RowFacts, world: World): Evidence[] {
  const { row, session } = facts;
  const { report, doubt } = world.sessions;
  if (session) {
    const { saves, touch } = session;
    const told = saves.map((save) => line(saved(save, doubt), signOfSave(save, facts, world)));
    return touch ? [...told, line(TOUCHES[touch.by ?? touch.state], signOfTouch(touch, facts))] : told;
  }
  if (!wasRead(report)) return [line(`Not read: ${report.detail}.`)];
  // Of a row that never began nobody expects one.
  if (!begun(row)) return [];
  return [
    line('No session has a save of it as its last statement. That says nothing: most bodies send other statements.'),
  ];
}

const SAVES: Readonly<Record<SessionSave['save'], string>> = {
  'before-body': 'the save before its body',
  begun: 'a save as PENDING',
  done: 'a save as DONE',
  failed: 'a save as ERROR or ABORTED',
};

const STATES: Readonly<Record<SessionSave['state'], string>> = {
  active: 'that statement waits or runs',
  idle: 'the session is idle',
  'in-transaction': 'its transaction has not ended',
};

function saved({ save, state, closes, at }: SessionSave, doubt: string | null): string {
  const why =
    doubt ?? (!closes && state === 'idle' ? 'which a kept session also is after a body whose end is not saved' : null);
  const text = `The last statement of a session is ${SAVES[save]}, at ${moment(at)}; ${STATES[state]}`;
  return `${text}${why === null ? '' : ` (${why})`}.`;
}

const TOUCHES = {
  change: 'A transaction that has not ended has changed its row.',
  lock: 'A transaction that has not ended has locked its row without changing it.',
  'in-progress': 'A transaction that has not ended has changed or locked its row.',
  'rolled-back': 'The last transaction that changed or locked its row was rolled back.',
  since: 'Its row was changed or locked after the snapshot of this check.',
};

/** A mere possibility speaks for nothing. */
function line(text: string, sign: Sign | null = null): Evidence {
  const supports = sign !== null && sign.confidence !== 'possible' ? { supports: sign.verdict } : {};
  return { source: 'sessions', says: text, ...supports };
}
