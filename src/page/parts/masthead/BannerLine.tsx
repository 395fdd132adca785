import type { ComponentChildren, JSX } from 'preact';
import { count } from '../../../base/numbers';
import { escapeUnsafe } from '../../../base/unsafeText';
import type { DiagnosisHead, PanelState } from '../../../report/panelMessages';
import { act } from '../../host';
import { ADD_CONNECTION, cureOf, MANAGE_TRUST, type Banner, type Step } from '../../model/states';
import { Button } from '../controls';
import { When } from '../When';
import { Running } from './Running';

interface BannerProps {
  readonly banner: Banner;
  readonly panel: PanelState;
  readonly head: DiagnosisHead;
}

/** What must be known before the result below is read. */
export function BannerLine({ banner, panel, head }: BannerProps): JSX.Element | null {
  const made = <When at={head.generatedAt} />;
  switch (banner) {
    case 'running':
      return panel.running && <Running running={panel.running} over />;
    case 'failed':
      return (
        panel.problem && (
          <Line kind="failed" title="The latest check failed" step={cureOf(panel.problem.kind, panel.trusted)}>
            {escapeUnsafe(panel.problem.message)} Showing the previous result, of {made}.
          </Line>
        )
      );
    case 'cancelled':
      return (
        <Line kind="cancelled" title="The latest check was cancelled" step={cureOf('cancelled', panel.trusted)}>
          Showing the previous result, of {made}.
        </Line>
      );
    case 'sample':
      return (
        <Line kind="sample" title="Sample report" step={panel.trusted ? ADD_CONNECTION : MANAGE_TRUST}>
          A made-up incident. None of this is your data.
        </Line>
      );
    case 'saved':
      return (
        <Line kind="saved" title="Saved report" step={null}>
          From {made}. The tasks may have moved since.
        </Line>
      );
    case 'tried':
      return (
        <Line kind="tried" title={`${count(panel.triedRules ?? 0, 'tried effect rule')} in use`} step={null}>
          Tried rules are saved nowhere. The next ordinary check does not use them.
        </Line>
      );
    case 'file':
      return (
        <Line kind="file" title="Exported report" step={null}>
          It was made {made}; the tasks may have moved since.
        </Line>
      );
  }
}

interface LineProps {
  readonly kind: Banner;
  readonly title: string;
  readonly step: Step | null;
  readonly children: ComponentChildren;
}

function Line({ kind, title, step, children }: LineProps): JSX.Element {
  return (
    <section class={`banner banner-${kind}`} aria-label={title}>
      <p class="banner-words">
        <strong>{title}.</strong> {children}
      </p>
      {step && (
        <Button
          // The one thing to do with a sample is to leave it.
          appearance={kind === 'sample' ? 'primary' : 'secondary'}
          onClick={() => {
            act(step.action);
          }}
        >
          {step.title}
        </Button>
      )}
    </section>
  );
}
