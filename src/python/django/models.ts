/** Django's models as their code declares them: tables, columns and managers. Source of the rules: django/db/models/options.py and base.py (5.0). */
import type { CodePlace } from '../model';
import { Lines } from '../lines';
import type { ClassNode } from '../syntax/tree';
import { AUTO_ID, fieldsOf, plainField, type Field, type ModelRef } from './fields';
import { managersOf, metaOf } from './meta';
import { namesOf, type Meaning, type ModuleTree, type Trees } from './trees';

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

  /** The foreign key of another model by which a row of this one has `name`: `invoice.lines`, `invoice.line_set`. */
  async reverse(model: Model, name: string): Promise<{ readonly model: Model; readonly field: Field } | undefined> {
    for (const module of await this.trees.loaded()) {
      if (!module.parts.includes('models')) continue;
      for (const [, bound] of module.names) {
        const other = bound.kind === 'class' ? await this.of({ ...bound, module }) : undefined;
        for (const field of other?.fields.values() ?? []) {
          if (!other || !field.to) continue;
          const lower = other.name.toLowerCase();
          const known = field.relatedName ?? (field.type === 'OneToOneField' ? lower : `${lower}_set`);
          if (known === name && (await this.referred(field.to, module))?.table === model.table)
            return { model: other, field };
        }
      }
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
      for (const field of await fieldsOf(this.trees, owner)) fields.set(field.name, field);
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

interface Lineage {
  /** Classes whose fields it takes: abstract models and mixins. */
  readonly abstract: readonly Extract<Meaning, { kind: 'class' }>[];
  /** Models with tables of their own that it extends. */
  readonly concrete: readonly Model[];
  /** A base class is not in the workspace. */
  readonly isPartial: boolean;
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
