import type { Evidence } from '../../model/verdict';
import { wasRead } from '../../model/sources';
import type { RowFacts, World } from '../../model/facts';
import type { SessionSave } from '../../model/sessionFacts';
import { begun } from '../../causes/helpers';
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
    line(
      'No session has a save of this task as its last statement. That proves nothing: most task bodies send other statements.',
    ),
  ];
}

const SAVES: Readonly<Record<SessionSave['save'], string>> = {
  'before-body': 'the save before the task body',
  begun: 'a save as PENDING',
  done: 'a save as DONE',
  failed: 'a save as ERROR or ABORTED',
};

const STATES: Readonly<Record<SessionSave['state'], string>> = {
  active: 'that statement is waiting or running',
  idle: 'the session is idle',
  'in-transaction': 'its transaction is still open',
};

function saved({ save, state, closes, at }: SessionSave, doubt: string | null): string {
  const why =
    doubt ??
    (!closes && state === 'idle'
      ? 'a persistent connection also looks like this after a task body whose end was not saved'
      : null);
  const text = `The last statement of a session is ${SAVES[save]}, at ${moment(at)}; ${STATES[state]}`;
  return `${text}${why === null ? '' : ` (${why})`}.`;
}

const TOUCHES = {
  change: 'An open transaction has changed its row.',
  lock: 'An open transaction has locked its row without changing it.',
  'in-progress': 'An open transaction has changed or locked its row.',
  'rolled-back': 'The last transaction that changed or locked its row was rolled back.',
  since: "Its row was changed or locked after this check's snapshot.",
};

/** A mere possibility supports no verdict. */
function line(text: string, sign: Sign | null = null): Evidence {
  const supports = sign !== null && sign.confidence !== 'possible' ? { supports: sign.verdict } : {};
  return { source: 'sessions', says: text, ...supports };
}
