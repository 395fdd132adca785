import type { JSX } from 'preact';
import type { RowDetails } from '../../../model/diagnosis';
import type { SourceReport } from '../../../model/sources';
import { isUndetermined } from '../../../model/verdict';
import type { LogPlace } from '../../../report/panelMessages';
import { draftRules, fixScript, goToSource, openLogAt } from '../../host';
import { hasScript } from '../../../fixes/scriptFor';
import { offers, openSample } from '../../store';
import { CauseWord } from '../CauseWord';
import { CopyButton } from '../CopyButton';
import { Button } from '../controls';
import { Foreign } from '../Foreign';
import { VerdictMark } from '../VerdictMark';
import { When } from '../When';
import { Arguments } from './Arguments';
import { Chevron } from '../Chevron';
import { Fields } from './Fields';
import { Story } from './Story';

interface SampleItemProps {
  readonly sample: RowDetails;
  readonly sources: readonly SourceReport[];
  readonly open: boolean;
  readonly diagnosis: string;
  /** Where the log tells of it. */
  readonly place: LogPlace;
  /** Its task type's place in the Diagnosis. */
  readonly taskType: number;
}

/** A sample: one line, which opens to its story, its arguments and its fields. */
export function SampleItem({ sample, sources, open, diagnosis, place, taskType }: SampleItemProps): JSX.Element {
  const { id, verification, taskId } = sample;
  const { editor, fixScripts, drafts } = offers();
  return (
    <li class="sample">
      <button
        type="button"
        class="toggle"
        id={`sample-${id}`}
        aria-expanded={open}
        {...(open ? { 'aria-controls': `sample-${id}-details` } : {})}
        onClick={() => {
          openSample(id, !open);
        }}
      >
        <Chevron />
        <span class="sample-head">
          <span class="sample-id">Row {id}</span>
          {verification ? <VerdictMark verdict={verification.verdict} /> : <Foreign text={sample.status} />}
          {verification?.cause && <CauseWord cause={verification.cause} />}
          {verification && verification.verdict !== 'unknown' && <span class="quiet">{verification.confidence}</span>}
          <span class="quiet">
            last run <When at={sample.lastRun} />
          </span>
        </span>
      </button>
      {open && (
        <div class="sample-details" id={`sample-${id}-details`}>
          <Story sample={sample} sources={sources} />
          <Arguments raw={sample.arguments?.rawJSON ?? null} row={id} />
          <Fields sample={sample} />
          <div class="row">
            {editor && (
              <Button
                label={`Go to Source: row ${id}`}
                onClick={() => {
                  goToSource(diagnosis, taskType);
                }}
              >
                Go to Source
              </Button>
            )}
            {fixScripts && hasScript(verification && [verification]) && (
              <Button
                label={`Generate Fix Script: row ${id}`}
                onClick={() => {
                  fixScript(diagnosis, { taskTypes: [taskType], row: id });
                }}
              >
                Generate Fix Script
              </Button>
            )}
            {drafts && isUndetermined(verification && [verification]) && (
              <Button
                label={`Draft Effect Rule: row ${id}`}
                onClick={() => {
                  draftRules(diagnosis, { taskType });
                }}
              >
                Draft Effect Rule
              </Button>
            )}
            {editor && (
              <Button
                label={`Open Log Here: row ${id}`}
                onClick={() => {
                  openLogAt(diagnosis, place);
                }}
              >
                Open Log Here
              </Button>
            )}
            {taskId !== null && (
              <CopyButton title="Copy Task ID" label={`Copy Task ID of row ${id}`} text={() => taskId} />
            )}
          </div>
        </div>
      )}
    </li>
  );
}
