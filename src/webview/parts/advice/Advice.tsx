import type { JSX } from 'preact';
import type { DiagnosisHead } from '../../../report/panelMessages';

export function Advice(_props: { readonly id: string; readonly head: DiagnosisHead }): JSX.Element {
  return <section />;
}
