import type { JSX } from 'preact';
import type { DiagnosisHead } from '../../../report/panelMessages';
import type { Kept } from '../../store';

export function TaskTypes(_props: {
  readonly id: string;
  readonly head: DiagnosisHead;
  readonly kept: Kept;
}): JSX.Element {
  return <section />;
}
