import type { JSX } from 'preact';
import type { DiagnosisHead } from '../../../report/panelMessages';

export function Facts(_props: { readonly head: DiagnosisHead }): JSX.Element {
  return <section />;
}
