import type { JSX } from 'preact';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { act } from '../../host';
import { offersOf } from '../../model/states';
import { Button } from '../controls';

/** What verifying adds, in one sentence. */
export const VERIFY_ADDS =
  'Verify Execution reads the broker, the workers, the results and what the tasks leave in the database, and says of each task whether it waits, runs, ran, failed or is lost. Nothing is changed.';

/** What can be done with this report. */
export function Toolbar({ panel, head }: { readonly panel: PanelState; readonly head: DiagnosisHead }): JSX.Element {
  const { runAgain, verify, editor } = offersOf(panel, !head.parameters.checkExecution && head.taskTypes.length > 0);
  const running = panel.running !== null;
  if (!editor) return <></>;
  return (
    <>
      <div class="toolbar row" role="group" aria-label="Report">
        {verify && (
          <Button
            appearance="primary"
            disabled={running}
            onClick={() => {
              act('verifyExecution');
            }}
          >
            Verify Execution
          </Button>
        )}
        {runAgain && (
          <Button
            appearance={verify ? 'secondary' : 'primary'}
            disabled={running}
            onClick={() => {
              act('runAgain');
            }}
          >
            Run Again
          </Button>
        )}
        <Button
          onClick={() => {
            act('openLog');
          }}
        >
          Open Log
        </Button>
        <Button
          onClick={() => {
            act('copyMarkdown');
          }}
        >
          Copy as Markdown
        </Button>
        <Button
          onClick={() => {
            act('exportJson');
          }}
        >
          Export JSON
        </Button>
      </div>
      {verify && <p class="quiet toolbar-note">{VERIFY_ADDS}</p>}
    </>
  );
}
