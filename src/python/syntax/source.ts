import type { SyntaxNode } from '@lezer/common';

/** The text that a tree was made of. */
export type Source = string;

/** The nodes inside a node, without comments. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const out: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== 'Comment') out.push(child);
  return out;
}

export function textOf(source: Source, node: SyntaxNode): string {
  return source.slice(node.from, node.to);
}
