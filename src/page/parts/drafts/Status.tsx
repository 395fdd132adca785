import type { JSX } from 'preact';
import type { DraftState } from '../../../report/draftMessages';
import { shareText } from '../../../report/draftText';
import { draftDo } from '../../host';
import { Button } from '../controls';
import { Foreign } from '../Foreign';

/** What tried rules are, for who meets the word. */
const TRIED = 'Tried rules are in use until the next ordinary check. They are saved nowhere.';

/** What is being done, and what came of it. It stands below the buttons, which stay where they are. */
export function Status({ state }: { readonly state: DraftState }): JSX.Element {
  const { drafts, running, problem, share, cannotTry } = state;
  return (
    <>
      <div class="draft-status" role="status">
        {running !== null && <p>{running}</p>}
        {problem !== null && (
          <p class="against">
            <Foreign text={problem} />
          </p>
        )}
        {share && <p>{shareText(share)}</p>}
        {drafts.some(({ tried }) => tried) && <p class="quiet">{TRIED}</p>}
        {cannotTry !== null && (
          <p class="note">
            <Foreign text={cannotTry} />
          </p>
        )}
      </div>
      {running !== null && (
        <div class="row story-buttons">
          <Button
            onClick={() => {
              draftDo('cancel', null);
            }}
          >
            Cancel
          </Button>
        </div>
      )}
    </>
  );
}
