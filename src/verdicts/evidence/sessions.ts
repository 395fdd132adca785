import type { Evidence } from '../../diagnosis/verification';
import type { RowFacts, SessionSave, SessionSign, World } from '../../evidence/facts';
import { begun } from '../fingerprints';
import { moment } from './words';

/** What PostgreSQL's sessions and transactions show of it. */
export function sessionsEvidence({ row, session }: RowFacts, { sessions }: World): Evidence[] {
  const { report, doubt } = sessions;
  const out = [...(session?.saves ?? []).map((save) => saved(save, doubt)), ...touched(session)];
  if (out.length > 0) return out;
  if (report.state !== 'ok') return [says(`Not read: ${report.detail}.`)];
  if (!begun(row)) return [];
  return [
    says('No session shows a save of it last, which says nothing: a body that queries the database shows its query.'),
  ];
}

const SAVES: Readonly<Record<SessionSave['save'], string>> = {
  'before-body': 'the save before its body',
  begun: 'a save as PENDING',
  done: 'a save as DONE',
  failed: 'a save as ERROR or ABORTED',
};

const STATES: Readonly<Record<SessionSave['state'], string>> = {
  active: 'which is under way',
  idle: 'and is connected and idle',
  'in-transaction': 'in a transaction that has not ended',
};

function saved({ save, state, first, at }: SessionSave, doubt: string | null): Evidence {
  const kept =
    doubt ?? (first || state !== 'idle' ? null : 'the session is older than that, so the application keeps sessions');
  const text = `The last statement of a session is ${SAVES[save]}, begun at ${moment(at)}, ${STATES[state]}`;
  const supports = save === 'done' ? 'finished' : save === 'failed' ? 'failed' : 'running';
  return { ...says(`${text}${kept === null ? '' : ` (${kept})`}.`), supports };
}

function touched(session: SessionSign | null): Evidence[] {
  if (!session?.touch) return [];
  const { state, by, alone } = session.touch;
  const rows = alone ? 'its row' : 'its row and others';
  switch (state) {
    case 'in-progress':
      if (by === 'lock') return [says(`A transaction that has not ended has locked ${rows}, without a change.`)];
      return [
        {
          ...says(`A transaction that has not ended has changed${by === null ? ' or locked' : ''} ${rows}.`),
          supports: 'running',
        },
      ];
    case 'rolled-back':
      return [says(`The last transaction that changed or locked ${rows} was rolled back.`)];
    case 'since':
      return [says('Its row was changed or locked after the snapshot of this check.')];
  }
}

function says(text: string): Evidence {
  return { source: 'sessions', says: text };
}
