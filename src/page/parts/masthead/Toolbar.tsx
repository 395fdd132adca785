import type { JSX } from 'preact';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { act } from '../../host';
import { offersOf } from '../../model/states';
import { Button } from '../controls';

export const VERIFY = 'Verify Execution';

/** What verifying adds, in one sentence. */
export const VERIFY_ADDS =
  'This reads the broker, the workers, the results and what the tasks leave in the database. It changes nothing.';

/** What can be done with this report. */
export function Toolbar({ panel, head }: { readonly panel: PanelState; readonly head: DiagnosisHead }): JSX.Element {
  const { runAgain, verify, broker, editor } = offersOf(
    panel,
    !head.parameters.checkExecution && head.taskTypes.length > 0,
  );
  const running = panel.running !== null;
  if (!editor) return <></>;
  return (
    <div class="toolbar row" role="group" aria-label="Report">
      {verify && broker && (
        <Button
          disabled={running}
          onClick={() => {
            act('verifyExecution');
          }}
        >
          {VERIFY}
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
      <Button
        onClick={() => {
          act('share');
        }}
      >
        Share…
      </Button>
    </div>
  );
}
