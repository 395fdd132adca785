import type { JSX } from 'preact';
import type { Recommendation, Snippet } from '../../../model/diagnosis';
import type { PlannedStep } from '../../../report/plan';
import { count, number } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import { percentText } from '../../../report/verdictText';
import { draftRules, fixScript, openLogAt } from '../../host';
import { NO_FILTERS } from '../../model/filters';
import { safeLink } from '../../model/links';
import type { Step } from '../../model/states';
import { filter, turnAdvice } from '../../store';
import { goTo, whenDrawn } from '../../elements';
import { Chevron } from '../Chevron';
import { CopyButton } from '../CopyButton';
import { Button } from '../controls';
import { Foreign } from '../Foreign';
import { SEARCH_BROKER, Steps } from '../masthead/FirstStep';

interface CardProps {
  readonly step: PlannedStep;
  /** The steps that come first. */
  readonly after: readonly PlannedStep[];
  readonly diagnosis: string;
  /** All stuck rows. */
  readonly total: number;
  readonly open: boolean;
  /** Rows can be counted by outcome, so the table can show those of a recommendation. */
  readonly canShow: boolean;
  /** Ways to name the broker, where it is not named. */
  readonly broker: readonly Step[] | null;
  readonly running: boolean;
  /** There is a script for it. */
  readonly scripted: boolean;
  /** Effect rules can be drafted. */
  readonly drafts: boolean;
  /** There is an editor, which has a log. */
  readonly editor: boolean;
}

/** The id of the recommendation that effect rules are drafted for. */
const ADD_RULES = 'add-effect-rules';

/** One recommendation: what it is and whom it helps; opened, why, what it rests on, and what to do. */
export function RecommendationCard(props: CardProps): JSX.Element {
  const { step, after, total, open } = props;
  const { number: place, recommendation } = step;
  const { id, title, rows, margin = 0 } = recommendation;
  return (
    <li class={place === 1 ? 'card first' : 'card'} id={`recommendation-${id}`}>
      <div class="card-head">
        {place !== null && (
          <span class="card-number">
            <span class="unseen">Step </span>
            {place}
          </span>
        )}
        <h3>
          <button
            type="button"
            class="toggle"
            aria-expanded={open}
            {...(open ? { 'aria-controls': `recommendation-${id}-details` } : {})}
            onClick={() => {
              turnAdvice(id);
            }}
          >
            <Chevron />
            <Foreign text={title} />
          </button>
        </h3>
        <p class="helped">
          {rows !== undefined && rows > 0 && (
            <span>
              {margin > 0 ? `≈ ${number(rows)} ± ${number(margin)} tasks` : count(rows, 'task')}
              {total > 0 && `, ${percentText(Math.min(1, rows / total), margin / total)}`}
            </span>
          )}
          {after.length > 0 && <After steps={after} />}
        </p>
      </div>
      {open && <CardBody {...props} />}
    </li>
  );
}

function CardBody({ step, diagnosis, canShow, broker, running, scripted, drafts, editor }: CardProps): JSX.Element {
  const { recommendation, index } = step;
  const { id, title, why, evidence, actions, about, snippets = [], links = [] } = recommendation;
  const name = escapeUnsafe(title);
  return (
    <div id={`recommendation-${id}-details`}>
      <div class={snippets.length > 0 ? 'card-body beside' : 'card-body'}>
        <div>
          <p>
            <Foreign text={why} />
          </p>
          {evidence.length > 0 && <Lines title="Evidence" lines={evidence} />}
          {actions.length > 0 && <Lines title="What to do" lines={actions} />}
          {links.length > 0 && <Links links={links} />}
        </div>
        {snippets.length > 0 && (
          <div>
            {snippets.map((snippet) => (
              <SnippetBlock snippet={snippet} of={name} />
            ))}
          </div>
        )}
      </div>
      {id === SEARCH_BROKER && broker && <Steps steps={broker} running={running} />}
      <div class="row">
        {about && canShow && (
          <Button
            label={`Show These Tasks: ${name}`}
            onClick={() => {
              showTasks(id);
            }}
          >
            Show These Tasks
          </Button>
        )}
        {about && canShow && scripted && (
          <Button
            label={`Generate Fix Script: ${name}`}
            onClick={() => {
              fixScript(diagnosis, { recommendation: index });
            }}
          >
            Generate Fix Script
          </Button>
        )}
        {drafts && id === ADD_RULES && (
          <Button
            appearance="primary"
            label={`Draft Effect Rules: ${name}`}
            onClick={() => {
              draftRules(diagnosis, { recommendation: index });
            }}
          >
            Draft Effect Rules
          </Button>
        )}
        {editor && (
          <Button
            label={`Open Log Here: ${name}`}
            onClick={() => {
              openLogAt(diagnosis, { recommendation: index });
            }}
          >
            Open Log Here
          </Button>
        )}
      </div>
    </div>
  );
}

/** The steps that come first, each with the way to it. */
function After({ steps }: { readonly steps: readonly PlannedStep[] }): JSX.Element {
  return (
    <span>
      after {steps.length === 1 ? 'step' : 'steps'}{' '}
      {steps.map(({ number: place, recommendation: { id, title } }, index) => (
        <>
          {index > 0 && ', '}
          <a
            href={`#recommendation-${id}`}
            title={escapeUnsafe(title)}
            onClick={(event) => {
              event.preventDefault();
              goTo(`recommendation-${id}`);
            }}
          >
            {place}
          </a>
        </>
      ))}
    </span>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }): JSX.Element {
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {lines.map((line) => (
          <li>
            <Foreign text={line} />
          </li>
        ))}
      </ul>
    </>
  );
}

const LANGUAGES: Readonly<Record<Snippet['language'], string>> = {
  shell: 'Shell',
  sql: 'SQL',
  python: 'Python',
  json: 'JSON',
};

function SnippetBlock({ snippet, of }: { readonly snippet: Snippet; readonly of: string }): JSX.Element {
  const title = escapeUnsafe(snippet.title);
  return (
    <div class="snippet">
      <div class="row">
        <span class="quiet">{LANGUAGES[snippet.language]}</span>
        <CopyButton title={title} label={`${title} (${of})`} text={() => snippet.text} />
      </div>
      <pre tabIndex={0} role="region" aria-label={`${title} (${of})`}>
        <code>
          <Foreign text={snippet.text} lines />
        </code>
      </pre>
    </div>
  );
}

function Links({ links }: { readonly links: NonNullable<Recommendation['links']> }): JSX.Element {
  return (
    <p class="row">
      {links.map(({ title, url }) => {
        const address = safeLink(url);
        return address === null ? (
          <span>
            <Foreign text={title} /> <Foreign text={url} />
          </span>
        ) : (
          <a href={address}>
            <Foreign text={title} />
          </a>
        );
      })}
    </p>
  );
}

/** The table shows all these rows and no others: what else narrowed it down is taken off. */
function showTasks(recommendation: string): void {
  filter({ ...NO_FILTERS, recommendation });
  whenDrawn('task-types-title', (title) => {
    title.focus({ preventScroll: true });
    title.scrollIntoView({ block: 'start' });
  });
}
