import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DraftState, ShownDraft } from '../../../report/draftMessages';
import { draftInShort, draftsHeadline, isUseful } from '../../../report/draftText';
import { draftDo } from '../../host';
import { Chevron } from '../Chevron';
import { Button } from '../controls';
import { Foreign } from '../Foreign';
import { DraftDetails } from './DraftDetails';
import { Status } from './Status';

/** Drafts of effect rules: of one task type whole, of several as a list that opens to each. */
export function DraftsPage({ state }: { readonly state: DraftState }): JSX.Element {
  const { drafts } = state;
  const [only, another] = drafts;
  return (
    <>
      <header>
        {only && !another ? <OneTitle shown={only} /> : <h1>Drafts of effect rules</h1>}
        <p class="about-row">
          {only && !another && only.undetermined !== null && (
            <span>{count(only.undetermined, 'undetermined task')}</span>
          )}
          {state.connection !== null && (
            <span class="quiet">
              {state.production && <strong class="production">PRODUCTION</strong>} <Foreign text={state.connection} />
            </span>
          )}
        </p>
      </header>
      {only && !another ? <DraftDetails state={state} shown={only} index={0} level={2} /> : <Several state={state} />}
    </>
  );
}

function OneTitle({ shown: { draft } }: { readonly shown: ShownDraft }): JSX.Element {
  const dot = draft.task.lastIndexOf('.') + 1;
  return (
    <h1>
      <span class="quiet draft-kind">Effect rule for</span>{' '}
      <span class="module">
        <Foreign text={draft.task.slice(0, dot)} />
      </span>
      <Foreign text={draft.task.slice(dot)} />
    </h1>
  );
}

/** The list of drafts; those that decide something can be tried and added together. */
function Several({ state }: { readonly state: DraftState }): JSX.Element | null {
  const [open, setOpen] = useState<number | null>(null);
  const { drafts, running, cannotTry, file } = state;
  if (drafts.length === 0) return null;
  const useful = drafts.filter(isUseful);
  const toTry = useful.filter(({ tried }) => !tried).length;
  const toAdd = useful.filter(({ added }) => !added).length;
  return (
    <>
      <p>
        <strong>{draftsHeadline(drafts)}</strong>
      </p>
      {useful.length > 0 && (
        <div class="row story-buttons">
          {cannotTry === null && (
            <Button
              appearance="primary"
              disabled={running !== null || toTry === 0}
              onClick={() => {
                draftDo('try', null);
              }}
            >
              Try All in This Check
            </Button>
          )}
          {file !== null && (
            <Button
              disabled={running !== null || toAdd === 0}
              onClick={() => {
                draftDo('add', null);
              }}
            >
              Add All to {escapeUnsafe(file)}
            </Button>
          )}
        </div>
      )}
      <Status state={state} />
      <ul class="drafts">
        {drafts.map((shown, index) => (
          <Item
            key={index}
            state={state}
            shown={shown}
            index={index}
            open={open === index}
            onTurn={() => {
              setOpen(open === index ? null : index);
            }}
          />
        ))}
      </ul>
    </>
  );
}

interface ItemProps {
  readonly state: DraftState;
  readonly shown: ShownDraft;
  readonly index: number;
  readonly open: boolean;
  readonly onTurn: () => void;
}

function Item({ state, shown, index, open, onTurn }: ItemProps): JSX.Element {
  const id = `draft-${String(index)}`;
  return (
    <li>
      <h2 class="draft-title">
        <button
          type="button"
          class="toggle"
          aria-expanded={open}
          {...(open ? { 'aria-controls': id } : {})}
          onClick={onTurn}
        >
          <Chevron />
          <span class="draft-head">
            <Foreign text={shown.draft.task} />
            <span class="quiet">{draftInShort(shown)}</span>
          </span>
        </button>
      </h2>
      {open && (
        <div id={id} class="draft-body">
          <DraftDetails state={state} shown={shown} index={index} level={3} />
        </div>
      )}
    </li>
  );
}
