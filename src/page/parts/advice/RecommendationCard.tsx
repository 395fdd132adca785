import type { JSX } from 'preact';
import type { Recommendation, Snippet } from '../../../model/diagnosis';
import { count, number } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import { percentText } from '../../../report/verdictText';
import { fixScript, openLogAt } from '../../host';
import { NO_FILTERS } from '../../model/filters';
import { safeLink } from '../../model/links';
import { filter, offers, turnAdvice } from '../../store';
import { whenDrawn } from '../../elements';
import { Chevron } from '../Chevron';
import { CopyButton } from '../CopyButton';
import { Button } from '../controls';
import { Foreign } from '../Foreign';

interface CardProps {
  readonly recommendation: Recommendation;
  /** Its place in the Diagnosis. */
  readonly index: number;
  readonly diagnosis: string;
  /** All stuck rows. */
  readonly total: number;
  /** There are others, and this one is to be done before them. */
  readonly first: boolean;
  readonly open: boolean;
  /** Rows can be counted by outcome, so the table can show those of a recommendation. */
  readonly canShow: boolean;
  /** There is a script for it. */
  readonly scripted: boolean;
}

/** One recommendation: what it is and whom it helps; opened, why, what it rests on, and what to do. */
export function RecommendationCard(props: CardProps): JSX.Element {
  const { recommendation, total, first, open } = props;
  const { id, title, rows, margin = 0 } = recommendation;
  return (
    <li class={first ? 'card first' : 'card'} id={`recommendation-${id}`}>
      <div class="card-head">
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
          {first && <strong class="badge">Do this first</strong>}
          {rows !== undefined && rows > 0 && (
            <span>
              {margin > 0 ? `≈ ${number(rows)} ± ${number(margin)} tasks` : count(rows, 'task')}
              {total > 0 && `, ${percentText(Math.min(1, rows / total), margin / total)}`}
            </span>
          )}
        </p>
      </div>
      {open && <CardBody {...props} />}
    </li>
  );
}

function CardBody({ recommendation, index, diagnosis, canShow, scripted }: CardProps): JSX.Element {
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
        {offers().editor && (
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
