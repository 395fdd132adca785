import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Cause, Verdict } from '../../../model/verdict';
import type { DiagnosisHead } from '../../../report/panelMessages';
import { causesOf, verdictsOf, type Filters } from '../../model/filters';
import { filter } from '../../store';
import { NO_CAUSE } from '../../model/chips';
import { Choice } from '../controls';
import { FilterChips } from '../FilterChips';

const ANY = 'any';
const FIELD_NAME = 'Name: words of it';

interface FilterBarProps {
  readonly head: DiagnosisHead;
  readonly filters: Filters;
}

/** What narrows the table down, and what narrowed it down from elsewhere in the page. */
export function FilterBar({ head, filters }: FilterBarProps): JSX.Element {
  const verdicts = useMemo(() => verdictsOf(head), [head]);
  const causes = useMemo(() => causesOf(head), [head]);
  const field = useRef<HTMLElement>(null);
  // Its button is gone after this: the keyboard goes on at the filters.
  const takeOff = (change: Partial<Filters>): void => {
    filter(change);
    field.current?.focus({ preventScroll: true });
  };
  // The toolkit names a field "Text field" when it comes into the page, whatever its name was.
  useLayoutEffect(() => {
    field.current?.setAttribute('aria-label', FIELD_NAME);
  }, []);
  return (
    <div class="filters" role="group" aria-label="Filters">
      <div class="choice filter-text">
        <span class="choice-label" aria-hidden="true">
          Name
        </span>
        <vscode-text-field
          ref={field}
          placeholder="Words of the name"
          value={filters.text}
          onInput={(event: Event) => {
            const text = (event.currentTarget as unknown as { value: string }).value;
            if (text !== filters.text) filter({ text });
          }}
        />
      </div>
      {verdicts.length > 0 && (
        <Choice
          label="Verdict"
          value={filters.verdict ?? ANY}
          options={[
            { value: ANY, text: 'any verdict' },
            ...verdicts.map((verdict) => ({ value: verdict, text: verdict })),
          ]}
          onChange={(value) => {
            const verdict = value === ANY ? null : (value as Verdict);
            if (verdict !== filters.verdict) filter({ verdict });
          }}
        />
      )}
      {causes.length > 0 && (
        <Choice
          label="Cause"
          value={filters.cause ?? ANY}
          options={[
            { value: ANY, text: 'any cause' },
            ...causes.map((cause) => ({ value: cause, text: cause === 'none' ? NO_CAUSE : cause })),
          ]}
          onChange={(value) => {
            const cause = value === ANY ? null : (value as Cause | 'none');
            if (cause !== filters.cause) filter({ cause });
          }}
        />
      )}
      <FilterChips head={head} filters={filters} chips={['range', 'recommendation']} onTakeOff={takeOff} />
    </div>
  );
}
