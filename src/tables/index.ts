import type { TableKind } from './table';
import { taskManager } from './taskManager/kind';

/** Every kind of task table. A table is of the first kind whose columns it has; the first kind is the default. */
export const TABLE_KINDS: readonly [TableKind, ...TableKind[]] = [taskManager];
