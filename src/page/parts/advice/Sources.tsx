import type { JSX } from 'preact';
import type { RuleTest } from '../../../model/ruleTest';
import { stateOf, type SourceReport, type SourceState } from '../../../model/sources';
import { act, openLogAt } from '../../host';
import { howFarRead, settingsHelp } from '../../model/sources';
import { cureOf, SOURCE_STATES, sourceWords } from '../../model/words';
import { offers } from '../../store';
import { Button } from '../controls';
import { Foreign } from '../Foreign';
import { useNarrow } from '../hooks';
import { RuleTests } from './RuleTests';

interface SourcesProps {
  readonly id: string;
  readonly sources: readonly SourceReport[];
  /** How the effect rules did on tasks whose outcome is known. */
  readonly rules: readonly RuleTest[];
}

/** What was looked at and what could not be: the verdicts are as good as these. */
export function Sources({ id, sources, rules }: SourcesProps): JSX.Element {
  const narrow = useNarrow();
  return (
    <section id="sources" aria-labelledby="sources-title">
      <h2 id="sources-title">Verification</h2>
      <p>{howFarRead(sources)}</p>
      <table class="sources">
        <caption class="unseen">Sources of evidence, and whether each could be read</caption>
        <thead>
          <tr>
            <th scope="col">Source</th>
            {!narrow && <th scope="col">State</th>}
            <th scope="col">What was found there</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <Source key={source.name} source={source} narrow={narrow} />
          ))}
        </tbody>
      </table>
      {offers().editor && (
        <div class="row">
          <Button
            label="Open Log Here: sources"
            onClick={() => {
              openLogAt(id, { sources: true });
            }}
          >
            Open Log Here
          </Button>
        </div>
      )}
      {rules.length > 0 && <RuleTests rules={rules} />}
    </section>
  );
}

function Source({ source, narrow }: { readonly source: SourceReport; readonly narrow: boolean }): JSX.Element {
  const { name, detail } = source;
  const state = stateOf(source);
  const { title, looksAt } = sourceWords(name);
  const cure = cureOf(source);
  const mark = (
    <span class="state">
      <StateIcon state={state} />
      {SOURCE_STATES[state]}
    </span>
  );
  return (
    <tr class={`source-${state}`}>
      <th scope="row">
        <Foreign text={title} />
        {narrow ? <div>{mark}</div> : looksAt !== '' && <div class="quiet looks-at">{looksAt}</div>}
      </th>
      {!narrow && <td>{mark}</td>}
      <td>
        <Foreign text={detail} />
        {cure && <div class="cure">{cure.says}</div>}
        {offers().editor && settingsHelp(source) && (
          <div class="row cure">
            <Button
              label={`Open Settings for: ${title}`}
              onClick={() => {
                act('openSettings');
              }}
            >
              Open Settings
            </Button>
          </div>
        )}
      </td>
    </tr>
  );
}

const SHAPES: Readonly<Record<SourceState, string>> = {
  ok: 'M3 8.5l3.2 3.2L13 5',
  partial: 'M8 2.5l6 11H2zM8 6.5v3.5M8 11.2v1.2',
  unavailable: 'M8 2.5l6 11H2zM8 6.5v3.5M8 11.2v1.2',
  'not-configured': 'M3.5 8h9',
};

function StateIcon({ state }: { readonly state: SourceState }): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={SHAPES[state]} stroke="currentColor" stroke-width="1.5" fill="none" stroke-linejoin="round" />
    </svg>
  );
}
