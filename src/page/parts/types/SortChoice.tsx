import type { JSX } from 'preact';
import type { Sort } from '../../model/viewState';
import { keep } from '../../store';
import { Choice } from '../controls';
import { columnsOf } from './columns';

/** On narrow pages most columns have no header to press: all orders in one choice. */
export function SortChoice({ sort, verified }: { readonly sort: Sort; readonly verified: boolean }): JSX.Element {
  const orders = columnsOf(verified).flatMap(({ column, order: [up, down], descending: first }) => {
    const both = [
      { sort: { column, descending: false }, text: up },
      { sort: { column, descending: true }, text: down },
    ];
    return first ? both.reverse() : both;
  });
  const same = (other: Sort): boolean => other.column === sort.column && other.descending === sort.descending;
  return (
    <Choice
      label="Sort by"
      value={String(orders.findIndex((order) => same(order.sort)))}
      options={orders.map(({ text }, index) => ({ value: String(index), text }))}
      onChange={(value) => {
        const order = orders[Number(value)];
        if (order && !same(order.sort)) keep({ sort: order.sort });
      }}
    />
  );
}
