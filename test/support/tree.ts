import type { Diagnosis, TaskType } from '../../src/model/diagnosis';
import { cellsOf } from '../../src/vscode/tree/cells';
import { PLAIN_LOOK, type TreeLook } from '../../src/vscode/tree/treeLook';
import { rootNodes, type SinceCheck, type TreeNode, type TypeNode } from '../../src/vscode/tree/treeNodes';
import type { Telling } from '../../src/vscode/tree/treeTexts';
import { aTaskType } from './diagnosis';

/** What is known since a check that nothing was loaded after. */
export function sinceCheck(fields: Partial<SinceCheck> = {}): SinceCheck {
  return { look: PLAIN_LOOK, pages: new Map(), outcomeOf: () => undefined, again: new Map(), ...fields };
}

/** The first level of the tree of a Diagnosis. */
export function treeOf(diagnosis: Diagnosis, look: TreeLook = PLAIN_LOOK): TreeNode[] {
  return rootNodes(diagnosis, cellsOf(diagnosis), look);
}

export function aTypeNode(fields: Partial<TaskType> = {}): TypeNode {
  const type = aTaskType(fields);
  const cells = cellsOf({ taskTypes: [type] });
  return { kind: 'type', id: 'x', type, statuses: ['SCHEDULED'], cells, rest: ['outcome'] };
}

/** How the texts of nodes are told in tests: the clock shows 10:15. */
export const TELLING: Telling = { clock: () => '10:15', order: 'count', now: Date.parse('2025-03-25T05:00:00Z') };
