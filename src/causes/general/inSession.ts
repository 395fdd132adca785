import type { RowTouch, SessionSave } from '../../model/sessionFacts';
import type { Claim, Rule } from '../claim';
import { signOfSave, signOfTouch, type Sign } from '../sessionSigns';

/**
 * What PostgreSQL's sessions and transactions show of a row. A live session whose last statement is the save before its body has a body
 * that runs, unless the application or a pooler keeps sessions after their work: see `SessionSave`. A row's own transaction says more,
 * because no kept session is in one. That no session shows a row means nothing.
 */
export const inSession: Rule = {
  name: 'in-session',
  situations: [6, 7, 10, 15, 16],
  needs: ['session'],
  for: 'any',
  apply: (facts, world) => {
    const { row, session } = facts;
    if (!session || row.state === 'ended') return undefined;
    const { saves, touch } = session;
    const claims: Claim[] = [];
    for (const save of saves) {
      const sign = signOfSave(save, facts, world);
      if (sign) claims.push({ ...sign, why: whySaved(save, sign), decidedBy: decidedBy(sign) });
    }
    const sign = touch && signOfTouch(touch, facts);
    if (sign)
      claims.push({
        ...sign,
        ...(sign.verdict === 'failed' ? { ifNowhere: 'anywhere' as const } : {}),
        why: whyTouched(touch, sign),
        decidedBy: decidedBy(sign),
      });
    return claims;
  },
};

function whySaved({ save }: SessionSave, { verdict, confidence }: Sign): string {
  if (verdict !== 'running') {
    const as = save === 'done' ? 'DONE' : 'ERROR or ABORTED';
    const more = confidence === 'possible' ? 'long before its row was saved again' : 'and its row does not show that';
    return `A session saved it as ${as}${confidence === 'possible' ? ' ' : ', '}${more}.`;
  }
  switch (confidence) {
    case 'proven':
      return 'A session has saved it before the task body, in a transaction that has not ended.';
    case 'likely':
      return 'The last statement of a session is the save before the task body, and the session is still connected.';
    case 'possible':
      return 'The last statement of a session is a save of it, but sessions may outlive their work.';
  }
}

function whyTouched({ state }: RowTouch, { confidence }: Sign): string {
  const sure = confidence !== 'possible';
  switch (state) {
    case 'in-progress':
      return sure
        ? 'An open transaction has changed its row, as a task body in a transaction does.'
        : 'An open transaction has changed or locked its row.';
    case 'since':
      return "Its row was changed or locked after this check's snapshot.";
    case 'rolled-back':
      return sure
        ? 'The task body started in a transaction that was rolled back: its process ended, or its exception had no message.'
        : 'The last transaction that changed or locked its row was rolled back.';
  }
}

function decidedBy({ verdict }: Sign): string {
  return verdict === 'running' ? 'look again, or ask the workers' : "check the worker's log at its last run";
}
