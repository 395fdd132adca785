import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { number } from '../../../base/numbers';
import { taskTypeName } from '../../../model/diagnosis';
import { isUndetermined } from '../../../model/verdict';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { draftRules, fixScript, goToSource, openLogAt } from '../../host';
import { ageOfHours } from '../../../base/age';
import { exactHours } from '../../model/moments';
import { hasScript } from '../../../fixes/scriptFor';
import { offers } from '../../store';
import type { SelectedType } from '../../model/select';
import { CopyButton } from '../CopyButton';
import { Button } from '../controls';
import { Foreign } from '../Foreign';
import { When } from '../When';
import { BoundsFigure } from './Bounds';
import { Outcomes } from './Outcomes';
import { Samples } from './Samples';
import { useSamples } from './useSamples';

interface TypeDetailsProps {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly selected: SelectedType;
  readonly openSamples: readonly number[];
}

/** What a task type opens to: all its stuck rows in numbers, whatever the filters are, and its samples. */
export function TypeDetails({ id, head, selected: { type, index }, openSamples }: TypeDetailsProps): JSX.Element {
  const name = taskTypeName(type);
  const { editor, fixScripts, drafts } = offers();
  const [attempt, setAttempt] = useState(0);
  const loaded = useSamples(id, index, type.sampleCount, attempt);
  return (
    <div class="type-details">
      <dl class="fields">
        <dt>Module</dt>
        <dd>
          <Foreign text={type.taskModule} />
        </dd>
        <dt>Status</dt>
        <dd>
          {Object.entries(type.byStatus).map(([status, rows]) => (
            <span key={status} class="status-count">
              <Foreign text={status} /> {number(rows)}
            </span>
          ))}
        </dd>
        <dt>Oldest last run</dt>
        <dd>
          <When at={type.oldestLastRun} exact />{' '}
          <span class="quiet" title={exactHours(type.maxHoursStuck)}>
            stuck for {ageOfHours(type.maxHoursStuck)}
          </span>
        </dd>
        <dt>Newest last run</dt>
        <dd>
          <When at={type.newestLastRun} exact />
        </dd>
      </dl>
      <div class="row">
        {editor && (
          <Button
            label={`Go to Source: ${escapeUnsafe(name)}`}
            onClick={() => {
              goToSource(id, index);
            }}
          >
            Go to Source
          </Button>
        )}
        {fixScripts && hasScript(type.outcomes) && (
          <Button
            label={`Generate Fix Script: ${escapeUnsafe(name)}`}
            onClick={() => {
              fixScript(id, { taskTypes: [index] });
            }}
          >
            Generate Fix Script
          </Button>
        )}
        {drafts && isUndetermined(type.outcomes) && (
          <Button
            label={`Draft Effect Rule: ${escapeUnsafe(name)}`}
            onClick={() => {
              draftRules(id, { taskType: index });
            }}
          >
            Draft Effect Rule
          </Button>
        )}
        {editor && (
          <Button
            label={`Open Log Here: ${escapeUnsafe(name)}`}
            onClick={() => {
              openLogAt(id, { taskType: index });
            }}
          >
            Open Log Here
          </Button>
        )}
        <CopyButton title="Copy Name" label={`Copy Name: ${escapeUnsafe(name)}`} text={() => name} />
      </div>
      <Outcomes type={type} rows={loaded.state === 'here' ? [...loaded.samples, ...loaded.examples] : []} />
      <BoundsFigure type={type} />
      <Samples
        id={id}
        head={head}
        type={type}
        index={index}
        openSamples={openSamples}
        loaded={loaded}
        onTryAgain={() => {
          setAttempt(attempt + 1);
        }}
      />
    </div>
  );
}
