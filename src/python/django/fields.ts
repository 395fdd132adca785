/** The fields of Django's models and their columns. Source: django/db/models/fields/__init__.py (5.0). */
import type { Call, ClassNode, Expression } from '../syntax/tree';
import { constant, isNow, isTrue, textOf, type Scalar } from './constants';
import { partsOf, type Meaning, type ModuleTree, type Trees } from './trees';

export interface Field {
  /** Python's name. */
  readonly name: string;
  /** The column's name. */
  readonly column: string;
  /** `CharField`, `ForeignKey` ... */
  readonly type: string;
  /** Django stamps it: at every save, or when the row is made. */
  readonly stamped: 'saved' | 'made' | undefined;
  /** A constant default. */
  readonly default: Scalar | undefined;
  readonly nullable: boolean;
  readonly primary: boolean;
  /** At most one row has each value. */
  readonly unique: boolean;
  readonly hasChoices: boolean;
  /** The model that a foreign key names. */
  readonly to: ModelRef | undefined;
  readonly relatedName: string | undefined;
}

/** A model by its class, or by the name that a text gives it. */
export type ModelRef =
  | { readonly kind: 'class'; readonly meaning: Extract<Meaning, { kind: 'class' }> }
  | { readonly kind: 'name'; readonly app: string | undefined; readonly name: string };

export async function fieldsOf(trees: Trees, { node, module }: Extract<Meaning, { kind: 'class' }>): Promise<Field[]> {
  const fields: Field[] = [];
  for (const statement of node.body) {
    if (statement.kind !== 'assign' || statement.value.kind !== 'call') continue;
    const [target] = statement.targets;
    if (target?.kind !== 'name') continue;
    const field = await fieldOf(trees, target.name, statement.value, module, node);
    if (field) fields.push(field);
  }
  return fields;
}

async function fieldOf(
  trees: Trees,
  name: string,
  call: Call,
  module: ModuleTree,
  owner: ClassNode,
): Promise<Field | undefined> {
  const type = partsOf(call.of)?.at(-1) ?? '';
  const isKey = type === 'ForeignKey' || type === 'OneToOneField';
  if (!type.endsWith('Field') && !isKey) return undefined;
  if (/^(ManyToMany|Generic(Relation|ForeignKey))/.test(type)) return undefined;
  const option = (key: string): Expression | undefined => call.keywords.find((each) => each.name === key)?.value;
  const to = isKey ? await refOf(trees, option('to') ?? call.positional[0], module, owner.name) : undefined;
  const column = option('db_column');
  const given = option('default');
  return {
    name,
    column: column?.kind === 'text' && column.value !== null ? column.value : isKey ? `${name}_id` : name,
    type,
    stamped: isTrue(option('auto_now')) ? 'saved' : isTrue(option('auto_now_add')) || isNow(given) ? 'made' : undefined,
    default: await constant(trees, given, module, [owner]),
    nullable: isTrue(option('null')),
    primary: isTrue(option('primary_key')),
    unique: isTrue(option('primary_key')) || isTrue(option('unique')) || type === 'OneToOneField',
    hasChoices: option('choices') !== undefined,
    to,
    relatedName: textOf(option('related_name')),
  };
}

async function refOf(
  trees: Trees,
  to: Expression | undefined,
  module: ModuleTree,
  owner: string,
): Promise<ModelRef | undefined> {
  if (!to) return undefined;
  if (to.kind === 'text' && to.value !== null) {
    if (to.value === 'self') return { kind: 'name', app: undefined, name: owner };
    const [first = '', second] = to.value.split('.');
    return second === undefined
      ? { kind: 'name', app: undefined, name: first }
      : { kind: 'name', app: first, name: second };
  }
  const meaning = await trees.chain(module, to);
  return meaning?.kind === 'class' ? { kind: 'class', meaning } : undefined;
}

export const AUTO_ID: Field = {
  name: 'id',
  column: 'id',
  type: 'BigAutoField',
  stamped: undefined,
  default: undefined,
  nullable: false,
  primary: true,
  unique: true,
  hasChoices: false,
  to: undefined,
  relatedName: undefined,
};

export function plainField(name: string, type: string, more: Partial<Field> = {}): Field {
  return {
    name,
    column: name,
    type,
    stamped: undefined,
    default: undefined,
    nullable: false,
    primary: false,
    unique: more.primary ?? false,
    hasChoices: false,
    to: undefined,
    relatedName: undefined,
    ...more,
  };
}
