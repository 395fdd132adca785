import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { MASK } from '../../../base/jsonText';
import { number } from '../../../base/numbers';
import { blocksOf, prettyJson } from '../../model/json';
import { CopyButton } from '../CopyButton';
import { Button } from '../controls';
import { Missing } from '../Foreign';

/** More than a person reads; the rest comes on demand. */
const HEAD = 20_000;

/** The arguments of a row, a line for each part. */
export function Arguments({ raw, row }: { readonly raw: string | null; readonly row: number }): JSX.Element {
  const [whole, setWhole] = useState(false);
  const head = useMemo(() => prettyJson(raw ?? '', HEAD), [raw]);
  const blocks = useMemo(
    () => (whole && head.cut ? blocksOf(prettyJson(raw ?? '').text) : [head.text]),
    [raw, whole, head],
  );
  if (raw === null)
    return (
      <>
        <h4>Arguments</h4>
        <p>
          <Missing word="The row has no arguments" />
        </p>
      </>
    );
  return (
    <>
      <h4>Arguments</h4>
      <pre class="json" tabIndex={0} role="region" aria-label={`Arguments of row ${row}`}>
        {blocks.map((block) => (
          <span class="block">{block}</span>
        ))}
      </pre>
      {head.cut && !whole && <p class="quiet">Only the beginning is shown.</p>}
      <div class="row">
        <CopyButton
          title="Copy Arguments"
          label={`Copy Arguments of row ${row}`}
          text={() => (head.cut ? prettyJson(raw).text : head.text)}
        />
        {head.cut && !whole && (
          <Button
            label={`Show all ${number(Math.ceil(raw.length / 1000))} kB of row ${row}`}
            onClick={() => {
              setWhole(true);
            }}
          >
            Show all {number(Math.ceil(raw.length / 1000))} kB
          </Button>
        )}
      </div>
      {raw.includes(MASK) && (
        <p class="quiet">Values shown as *** are masked; the setting celeryTasks.maskedArguments says which.</p>
      )}
    </>
  );
}
