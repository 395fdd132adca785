/** What a model's class says of its table and its managers. */
import type { ClassNode, Expression } from '../syntax/tree';
import { isTrue, textOf } from './constants';
import { namesOf, partsOf, type Meaning } from './trees';

interface Meta {
  readonly abstract: boolean;
  readonly proxy: boolean;
  readonly table: string | undefined;
  readonly app: string | undefined;
}

export function metaOf(node: ClassNode): Meta {
  const meta = namesOf(node.body).names.get('Meta');
  const names = meta?.kind === 'class' ? namesOf(meta.node.body).names : undefined;
  const value = (name: string): Expression | undefined => {
    const bound = names?.get(name);
    return bound?.kind === 'value' ? bound.value : undefined;
  };
  return {
    abstract: isTrue(value('abstract')),
    proxy: isTrue(value('proxy')),
    table: textOf(value('db_table'))?.replaceAll('"', ''),
    app: textOf(value('app_label')),
  };
}

/** `objects = ActiveManager()`, `all_objects = models.Manager()` */
export function managersOf({ node }: Extract<Meaning, { kind: 'class' }>): { name: string; isNarrow: boolean }[] {
  return node.body.flatMap((statement) => {
    if (statement.kind !== 'assign' || statement.value.kind !== 'call') return [];
    const [target] = statement.targets;
    const parts = partsOf(statement.value.of) ?? [];
    const made = parts.join('.');
    if (target?.kind !== 'name' || !/Manager$|\.as_manager$|from_queryset/.test(made)) return [];
    return [{ name: target.name, isNarrow: made !== 'models.Manager' && made !== 'Manager' }];
  });
}
