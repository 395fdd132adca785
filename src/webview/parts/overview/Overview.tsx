import type { JSX } from 'preact';
import type { DiagnosisHead } from '../../../report/panelMessages';
import type { Filters } from '../../model/filters';

export function Overview(_props: { readonly head: DiagnosisHead; readonly filters: Filters }): JSX.Element {
  return <section />;
}
