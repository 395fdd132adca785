import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { More } from '../More';

const PAGE = 50;

interface PagedProps<T> {
  readonly rows: readonly T[];
  /** What they are: `queues`. */
  readonly what: string;
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly number?: true }[];
  /** The cells of a row; the first names it. */
  readonly cells: (row: T) => readonly ComponentChildren[];
}

/** A table, a page of it at first: a broker can have thousands of queues. */
export function Paged<T>({ rows, what, caption, columns, cells }: PagedProps<T>): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <div class="wide" tabIndex={0} role="region" aria-label={caption}>
        <table class="facts">
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ title, number }) => (
                <th scope="col" class={number && 'number'}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row) => {
              const [name, ...others] = cells(row);
              return (
                <tr>
                  <th scope="row">{name}</th>
                  {others.map((cell, index) => (
                    <td class={columns[index + 1]?.number && 'number'}>{cell}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <More shown={Math.min(shown, rows.length)} all={rows.length} page={PAGE} what={what} onShow={setShown} />
    </>
  );
}
