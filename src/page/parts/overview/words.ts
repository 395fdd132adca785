import { count, number } from '../../../base/numbers';
import type { Bin } from '../../model/timeline';

/** `12,345 tasks: 8,000 lost, 4,345 unknown` */
export function binText({ total, parts }: Bin): string {
  const judged = parts.flatMap(({ verdict, count: rows }) => (verdict === null ? [] : [`${number(rows)} ${verdict}`]));
  return judged.length === 0 ? count(total, 'task') : `${count(total, 'task')}: ${judged.join(', ')}`;
}
