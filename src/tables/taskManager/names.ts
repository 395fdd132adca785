import { readText, type TextForm } from '../../sql/textForm';
import type { Row } from '../../ports/database';

/** A row whose status, module and name were given out by `send`. */
export function readNames(text: TextForm, row: Row): Row {
  const { status, task_module: module, task_name: name } = row;
  return {
    ...row,
    status: readText(text, status),
    task_module: readText(text, module),
    task_name: readText(text, name),
  };
}
