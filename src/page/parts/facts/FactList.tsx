import type { ComponentChildren, JSX } from 'preact';
import { Missing } from '../Foreign';

/** `[name, value]`; null: not known. */
export type Fact = readonly [name: string, value: ComponentChildren];

/** Facts of a server. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }): JSX.Element {
  return (
    <dl class="fields">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value ?? <Missing />}</dd>
        </>
      ))}
    </dl>
  );
}
