import type { JSX } from 'preact';
import type { DiagnosisHead, PanelState } from '../../report/panelMessages';

export function Masthead(_props: {
  readonly panel: PanelState | null;
  readonly head: DiagnosisHead | undefined;
}): JSX.Element {
  return <section />;
}
