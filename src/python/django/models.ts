/** Django's models as their code declares them: tables, columns and managers. Source of the rules: django/db/models/options.py and base.py (5.0). */
import type { CodePlace } from '../model';
import { Lines } from '../lines';
import type { Call, ClassNode, Expression } from '../syntax/tree';
import { namesOf, partsOf, type Meaning, type ModuleTree, type Trees } from './trees';

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
  readonly default: string | number | boolean | null | undefined;
  readonly nullable: boolean;
  readonly primary: boolean;
  /** The model that a foreign key names. */
  readonly to: ModelRef | undefined;
  readonly relatedName: string | undefined;
}

/** A model by its class, or by the name that a text gives it. */
export type ModelRef =
  | { readonly kind: 'class'; readonly meaning: Extract<Meaning, { kind: 'class' }> }
  | { readonly kind: 'name'; readonly app: string | undefined; readonly name: string };

export interface Model {
  readonly name: string;
  /** The app that its table is named after. */
  readonly app: string;
  readonly table: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** The name of the primary key's field. */
  readonly key: string;
  /** Managers whose query may leave rows out. */
  readonly narrowManagers: ReadonlySet<string>;
  readonly managers: ReadonlySet<string>;
  /** Absent for a model of Django's own. */
  readonly class: Extract<Meaning, { kind: 'class' }> | undefined;
  readonly place: CodePlace | undefined;
  /** Its rows are spread over tables, or a base class is not known: columns may be missing. */
  readonly isPartial: boolean;
}

/** Reads models, each once. */
export class Models {
  private readonly read = new Map<ClassNode, Promise<Model | undefined>>();
  private readonly labels = new Map<string, Promise<string>>();

  constructor(private readonly trees: Trees) {}

  /** The model of a class; undefined where it is none, or has no table of its own. */
  of(meaning: Extract<Meaning, { kind: 'class' }>): Promise<Model | undefined> {
    const known = this.read.get(meaning.node);
    if (known) return known;
    const reading = this.build(meaning);
    this.read.set(meaning.node, reading);
    return reading;
  }

  /** A model of Django's own, which the workspace uses and does not hold. */
  outside(parts: readonly string[]): Model | undefined {
    const name = parts.slice(-2).join('.');
    return name === 'models.User' && parts.includes('auth') ? DJANGO_USER : undefined;
  }

  /** The model that a reference names. */
  async referred(ref: ModelRef, from: ModuleTree): Promise<Model | undefined> {
    if (ref.kind === 'class') return await this.of(ref.meaning);
    if (ref.app === undefined) {
      const own = await this.trees.member(from, ref.name);
      return own?.kind === 'class' ? await this.of(own) : undefined;
    }
    return await this.inApp(ref.app, ref.name);
  }

  /** The model that `apps.get_model('app', 'Name')` finds, or a foreign key to `'app.Name'`. */
  async inApp(app: string, name: string): Promise<Model | undefined> {
    if (app === 'auth') return name === 'User' ? DJANGO_USER : undefined;
    const files = [
      ...(await this.trees.find(`${app}/models.py`)),
      ...(await this.trees.find(`${app}/models/__init__.py`)),
    ];
    for (const file of files) {
      const module = await this.trees.module(file);
      const member = module && (await this.trees.member(module, name));
      const model = member?.kind === 'class' ? await this.of(member) : undefined;
      if (model) return model;
    }
    return undefined;
  }

  private async build(meaning: Extract<Meaning, { kind: 'class' }>): Promise<Model | undefined> {
    const lineage = await this.lineage(meaning, new Set());
    if (!lineage) return undefined;
    const { node, module } = meaning;
    const meta = metaOf(node);
    if (meta.abstract || node.name === '') return undefined;
    const proxied = meta.proxy ? lineage.concrete.at(-1) : undefined;
    const app = meta.app ?? (await this.appOf(module));
    const fields = new Map<string, Field>();
    for (const owner of [...lineage.abstract, meaning])
      for (const field of await this.fieldsOf(owner)) fields.set(field.name, field);
    if (proxied) for (const [name, field] of proxied.fields) if (!fields.has(name)) fields.set(name, field);
    const key = [...fields.values()].find(({ primary }) => primary)?.name ?? 'id';
    if (!fields.has(key) && !proxied) fields.set('id', AUTO_ID);
    const managers = [...lineage.abstract, meaning].flatMap(managersOf);
    return {
      name: node.name,
      app,
      table: proxied?.table ?? meta.table ?? `${app}_${node.name.toLowerCase()}`,
      fields,
      key,
      managers: new Set(['objects', '_default_manager', '_base_manager', ...managers.map(({ name }) => name)]),
      narrowManagers: new Set(managers.filter(({ isNarrow }) => isNarrow).map(({ name }) => name)),
      class: meaning,
      place: await this.placeOf(module, node.at),
      isPartial: lineage.isPartial || (lineage.concrete.length > 0 && !proxied),
    };
  }

  /** Its base classes in the workspace, the most basic first; undefined where it is no model. */
  private async lineage(
    { node, module }: Extract<Meaning, { kind: 'class' }>,
    seen: Set<ClassNode>,
  ): Promise<Lineage | undefined> {
    if (seen.has(node)) return undefined;
    seen.add(node);
    const abstract: Extract<Meaning, { kind: 'class' }>[] = [];
    const concrete: Model[] = [];
    let isModel = false;
    let isPartial = false;
    for (const base of node.bases) {
      const meaning = await this.trees.chain(module, base);
      if (meaning?.kind === 'class') {
        const above = await this.lineage(meaning, seen);
        if (above) {
          isModel = true;
          isPartial ||= above.isPartial;
          abstract.push(...above.abstract);
          concrete.push(...above.concrete);
          const model = metaOf(meaning.node).abstract ? undefined : await this.of(meaning);
          if (model) concrete.push(model);
          else abstract.push(meaning);
        } else abstract.push(meaning);
      } else if (meaning?.kind === 'outside') {
        const written = meaning.parts.join('.');
        if (/(^|\.)models\.Model$/.test(written) || written === 'Model') isModel = true;
        else if (/Model$|^Abstract|User$|\.Abstract/.test(written)) {
          isModel = true;
          isPartial = true;
        }
      }
    }
    return isModel ? { abstract, concrete, isPartial } : undefined;
  }

  private async fieldsOf({ node, module }: Extract<Meaning, { kind: 'class' }>): Promise<Field[]> {
    const fields: Field[] = [];
    for (const statement of node.body) {
      if (statement.kind !== 'assign' || statement.value.kind !== 'call') continue;
      const [target] = statement.targets;
      if (target?.kind !== 'name') continue;
      const field = await this.fieldOf(target.name, statement.value, module, node.name);
      if (field) fields.push(field);
    }
    return fields;
  }

  private async fieldOf(name: string, call: Call, module: ModuleTree, owner: string): Promise<Field | undefined> {
    const type = partsOf(call.of)?.at(-1) ?? '';
    const isKey = type === 'ForeignKey' || type === 'OneToOneField';
    if (!type.endsWith("Field") && !isKey) return undefined;
    if (/^(ManyToMany|Generic(Relation|ForeignKey))/.test(type)) return undefined;
    const option = (key: string): Expression | undefined => call.keywords.find((each) => each.name === key)?.value;
    const to = isKey ? await this.refOf(option('to') ?? call.positional[0], module, owner) : undefined;
    const column = option('db_column');
    const given = option('default');
    return {
      name,
      column: column?.kind === 'text' && column.value !== null ? column.value : isKey ? `${name}_id` : name,
      type,
      stamped: isTrue(option('auto_now'))
        ? 'saved'
        : isTrue(option('auto_now_add')) || isNow(given)
          ? 'made'
          : undefined,
      default: await this.constant(given, module),
      nullable: isTrue(option('null')),
      primary: isTrue(option('primary_key')),
      to,
      relatedName: textOf(option('related_name')),
    };
  }

  private async refOf(to: Expression | undefined, module: ModuleTree, owner: string): Promise<ModelRef | undefined> {
    if (!to) return undefined;
    if (to.kind === 'text' && to.value !== null) {
      if (to.value === 'self') return { kind: 'name', app: undefined, name: owner };
      const [first = '', second] = to.value.split('.');
      return second === undefined
        ? { kind: 'name', app: undefined, name: first }
        : { kind: 'name', app: first, name: second };
    }
    const meaning = await this.trees.chain(module, to);
    return meaning?.kind === 'class' ? { kind: 'class', meaning } : undefined;
  }

  /**
   * The value of a constant expression: a literal, a name of the module that is one, or a member of a class of choices
   * (`Status.PENDING`, whose value is the first of a tuple).
   */
  async constant(
    expression: Expression | undefined,
    module: ModuleTree,
    scope: readonly ClassNode[] = [],
    depth = 0,
  ): Promise<string | number | boolean | null | undefined> {
    if (!expression || depth > 5) return undefined;
    if (expression.kind === 'text') return expression.value ?? undefined;
    if (expression.kind === 'number' || expression.kind === 'constant') return expression.value;
    if (expression.kind === 'list') return await this.constant(expression.items[0], module, scope, depth + 1);
    if (expression.kind === 'call') {
      // `_("Pending")`, `str(X)`
      return expression.positional.length === 1
        ? await this.constant(expression.positional[0], module, scope, depth + 1)
        : undefined;
    }
    if (expression.kind === 'attribute' && expression.name === 'value')
      return await this.constant(expression.of, module, scope, depth + 1);
    for (const owner of scope) {
      const parts = partsOf(expression);
      const inside = parts && constantIn(owner, parts);
      if (inside) return await this.constant(inside, module, scope, depth + 1);
    }
    const meaning = await this.trees.chain(module, expression);
    return meaning?.kind === 'value' ? await this.constant(meaning.value, meaning.module, scope, depth + 1) : undefined;
  }

  /** The label of the app that a module belongs to: the folder above `models`, or what its `apps.py` calls it. */
  private async appOf({ parts }: ModuleTree): Promise<string> {
    const place = parts.lastIndexOf('models');
    const folder = place > 0 ? parts.slice(0, place) : parts.slice(0, -1);
    const known = this.labels.get(folder.join('/'));
    if (known) return await known;
    const reading = this.labelOf(folder);
    this.labels.set(folder.join('/'), reading);
    return await reading;
  }

  private async labelOf(folder: readonly string[]): Promise<string> {
    const name = folder.at(-1) ?? '';
    for (const file of await this.trees.find(`${folder.slice(-3).join('/')}/apps.py`)) {
      const module = await this.trees.module(file);
      if (module?.parts.slice(0, -1).join('/') !== folder.join('/')) continue;
      for (const statement of module.statements) {
        if (statement.kind !== 'class') continue;
        const label = namesOf(statement.body).names.get('label');
        if (label?.kind === 'value' && label.value.kind === 'text') return label.value.value ?? name;
      }
    }
    return name;
  }

  private async placeOf(module: ModuleTree, at: number): Promise<CodePlace> {
    return { file: module.file, ...new Lines(await this.trees.text(module.file)).at(at) };
  }
}

function plainField(name: string, type: string, more: Partial<Field> = {}): Field {
  return {
    name,
    column: name,
    type,
    stamped: undefined,
    default: undefined,
    nullable: false,
    primary: false,
    to: undefined,
    relatedName: undefined,
    ...more,
  };
}

/** django/contrib/auth/models.py (5.0) */
const DJANGO_USER: Model = {
  name: 'User',
  app: 'auth',
  table: 'auth_user',
  fields: new Map(
    [
      plainField('id', 'AutoField', { primary: true }),
      ...['username', 'first_name', 'last_name', 'email', 'password'].map((name) => plainField(name, 'CharField')),
      ...['is_staff', 'is_active', 'is_superuser'].map((name) => plainField(name, 'BooleanField')),
      plainField('last_login', 'DateTimeField', { nullable: true }),
      plainField('date_joined', 'DateTimeField', { stamped: 'made' }),
    ].map((field) => [field.name, field]),
  ),
  key: 'id',
  managers: new Set(['objects']),
  narrowManagers: new Set(),
  class: undefined,
  place: undefined,
  isPartial: false,
};

interface Lineage {
  /** Classes whose fields it takes: abstract models and mixins. */
  readonly abstract: readonly Extract<Meaning, { kind: 'class' }>[];
  /** Models with tables of their own that it extends. */
  readonly concrete: readonly Model[];
  /** A base class is not in the workspace. */
  readonly isPartial: boolean;
}

const AUTO_ID: Field = {
  name: 'id',
  column: 'id',
  type: 'BigAutoField',
  stamped: undefined,
  default: undefined,
  nullable: false,
  primary: true,
  to: undefined,
  relatedName: undefined,
};

interface Meta {
  readonly abstract: boolean;
  readonly proxy: boolean;
  readonly table: string | undefined;
  readonly app: string | undefined;
}

function metaOf(node: ClassNode): Meta {
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
function managersOf({ node }: Extract<Meaning, { kind: 'class' }>): { name: string; isNarrow: boolean }[] {
  return node.body.flatMap((statement) => {
    if (statement.kind !== 'assign' || statement.value.kind !== 'call') return [];
    const [target] = statement.targets;
    const parts = partsOf(statement.value.of) ?? [];
    const made = parts.join('.');
    if (target?.kind !== 'name' || !/Manager$|\.as_manager$|from_queryset/.test(made)) return [];
    return [{ name: target.name, isNarrow: made !== 'models.Manager' && made !== 'Manager' }];
  });
}

/** A constant of a class or of a class inside it: `Status.PENDING`. */
function constantIn(owner: ClassNode, parts: readonly string[]): Expression | undefined {
  const [name = '', ...rest] = parts;
  const bound = namesOf(owner.body).names.get(name);
  if (bound?.kind === 'value' && rest.length === 0) return bound.value;
  return bound?.kind === 'class' ? constantIn(bound.node, rest) : undefined;
}

function isTrue(expression: Expression | undefined): boolean {
  return expression?.kind === 'constant' && expression.value === true;
}

function textOf(expression: Expression | undefined): string | undefined {
  return expression?.kind === 'text' ? (expression.value ?? undefined) : undefined;
}

/** `timezone.now`, `datetime.now`, `Now()` */
export function isNow(expression: Expression | undefined): boolean {
  const written = expression?.kind === 'call' ? partsOf(expression.of) : expression && partsOf(expression);
  return /(^|\.)(timezone\.now|datetime\.now|datetime\.utcnow|Now)$/.test((written ?? []).join('.'));
}
