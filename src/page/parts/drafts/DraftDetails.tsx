import type { ComponentChildren, JSX } from 'preact';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DraftReason } from '../../../model/ruleTest';
import type { DraftState, ShownDraft } from '../../../report/draftMessages';
import { draftHeadline, draftJson, looksAt, outcomeWords } from '../../../report/draftText';
import { ruleTestText } from '../../../report/ruleTests';
import { draftDo, draftPlace } from '../../host';
import { Found } from '../advice/RuleTests';
import { CopyButton } from '../CopyButton';
import { Button } from '../controls';
import { Foreign } from '../Foreign';
import { LevelSign } from '../LevelSign';
import { Status } from './Status';

interface DetailsProps {
  readonly state: DraftState;
  readonly shown: ShownDraft;
  /** Its place among the drafts. */
  readonly index: number;
  /** Of its headings; 2 where it is the only draft. */
  readonly level: 2 | 3;
}

/** One draft: what it would decide and what to do with it first, then its test, its sentences, where it comes from, and the rule itself. */
export function DraftDetails(props: DetailsProps): JSX.Element {
  const { shown, level } = props;
  const { draft } = shown;
  const { rules, from, why, tested, because } = draft;
  const byHand = tested?.origin === 'own';
  return (
    <div class="draft">
      <p>
        <strong>
          <Foreign text={draftHeadline(draft)} />
        </strong>
      </p>
      <Buttons {...props} />
      {level === 2 && <Status state={props.state} />}
      {tested && (
        <Part title="Test on tasks whose outcome is known" level={level}>
          <Found test={tested} decides={false} />
          <Strength shown={shown} />
        </Part>
      )}
      {tested && because !== undefined && (
        <p>
          <Foreign text={because} />
        </p>
      )}
      {rules.length > 0 && (
        <Part title="What it says of a task" level={level}>
          {rules.map((rule) => (
            <>
              <p class="quiet">
                <Foreign text={looksAt(rule)} />
              </p>
              <ul class="because">
                {outcomeWords(rule).map(({ claim, when, text }) => (
                  <li>
                    <Foreign text={text} />
                    <div class="quiet">
                      {claim}
                      {when !== null && (
                        <>
                          : <Foreign text={when} />
                        </>
                      )}
                    </div>
                  </li>
                ))}
              </ul>
            </>
          ))}
        </Part>
      )}
      {why.length > 0 && (
        <Part
          title={byHand ? 'What you chose' : from === 'code' ? 'Where it comes from' : 'Found in the data'}
          level={level}
        >
          <ul class="because">
            {why.map((reason, place) => (
              <Reason reason={reason} draft={props.index} place={place} />
            ))}
          </ul>
        </Part>
      )}
      {rules.length > 0 && (
        <Part title="The rule" level={level}>
          <div class="snippet">
            <div class="row">
              <span class="quiet">JSON</span>
              <CopyButton
                title="Copy Rule"
                label={`Copy Rule: ${escapeUnsafe(draft.task)}`}
                text={() => draftJson(draft)}
              />
            </div>
            <pre tabIndex={0} role="region" aria-label={`The rule for ${escapeUnsafe(draft.task)}`}>
              <code>
                <Foreign text={draftJson(draft)} lines />
              </code>
            </pre>
          </div>
        </Part>
      )}
    </div>
  );
}

function Part({
  title,
  level,
  children,
}: {
  readonly title: string;
  readonly level: 2 | 3;
  readonly children: ComponentChildren;
}): JSX.Element {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section aria-label={title}>
      <Heading class="draft-part">{title}</Heading>
      {children}
    </section>
  );
}

function Buttons({ state, shown, index }: DetailsProps): JSX.Element {
  const { draft, tried, added } = shown;
  const { running, cannotTry, file } = state;
  const drafted = draft.rules.length > 0;
  const busy = running !== null;
  const of = `: ${escapeUnsafe(draft.task)}`;
  return (
    <div class="row story-buttons">
      {drafted && cannotTry === null && (
        <Button
          appearance="primary"
          disabled={busy || tried === true}
          label={`Try in This Check${of}`}
          onClick={() => {
            draftDo('try', index);
          }}
        >
          Try in This Check
        </Button>
      )}
      {drafted && file !== null && (
        <Button
          disabled={busy || added === true}
          label={`Add to ${escapeUnsafe(file)}${of}`}
          onClick={() => {
            draftDo('add', index);
          }}
        >
          Add to {escapeUnsafe(file)}
        </Button>
      )}
      {cannotTry === null && (
        <Button
          disabled={busy}
          label={`Create Rule by Hand…${of}`}
          onClick={() => {
            draftDo('byHand', index);
          }}
        >
          Create Rule by Hand…
        </Button>
      )}
      <Button
        label={`Go to Task Source${of}`}
        onClick={() => {
          draftDo('goToSource', index);
        }}
      >
        Go to Task Source
      </Button>
    </div>
  );
}

function Strength({ shown: { draft } }: { readonly shown: ShownDraft }): JSX.Element | null {
  if (!draft.tested) return null;
  const { counts, because, reduced } = ruleTestText(draft.tested);
  return (
    <p>
      {reduced && <LevelSign level="info" />} <strong>{counts}</strong>
      {because !== null && (
        <>
          {' '}
          <Foreign text={because} />
        </>
      )}
    </p>
  );
}

/** A part of the rule and the line that it comes from. */
function Reason({
  reason: { says, file, line },
  draft,
  place,
}: {
  readonly reason: DraftReason;
  readonly draft: number;
  readonly place: number;
}): JSX.Element {
  if (file === undefined)
    return (
      <li>
        <Foreign text={says} />
      </li>
    );
  const where = line === undefined ? file : `${file}:${String(line)}`;
  return (
    <li>
      <Foreign text={says} />{' '}
      <button
        type="button"
        class="link-button"
        title={`Open ${escapeUnsafe(where)}`}
        onClick={() => {
          draftPlace(draft, place);
        }}
      >
        <Foreign text={where} />
      </button>
    </li>
  );
}
