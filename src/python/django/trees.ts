/** The modules of the workspace as trees, and what their names stand for. Nothing is imported or run. */
import { throwIfCancelled } from '../../base/problem';
import type { SourceFiles } from '../model';
import { Modules } from '../modules';
import { LARGEST_FILE } from '../pythonFile';
import { parsePython } from '../syntax/parse';
import type { ClassNode, Expression, FunctionNode, ImportedName, Statement } from '../syntax/tree';

export interface ModuleTree {
  readonly file: string;
  /** Parts of its path; its end is the module's name. */
  readonly parts: readonly string[];
  readonly statements: readonly Statement[];
  readonly names: ReadonlyMap<string, Bound>;
  /** `from x import *` */
  readonly stars: readonly ImportedName[];
}

/** What a name of a module or class is bound to. */
export type Bound =
  | { readonly kind: 'function'; readonly node: FunctionNode }
  | { readonly kind: 'class'; readonly node: ClassNode }
  | { readonly kind: 'import'; readonly name: ImportedName }
  | { readonly kind: 'value'; readonly value: Expression };

/** What a name of the workspace means, in the module that defines it. */
export type Meaning =
  | { readonly kind: 'function'; readonly module: ModuleTree; readonly node: FunctionNode }
  | { readonly kind: 'class'; readonly module: ModuleTree; readonly node: ClassNode }
  | { readonly kind: 'value'; readonly module: ModuleTree; readonly value: Expression }
  | { readonly kind: 'module'; readonly module: ModuleTree }
  /** It is not in the workspace: a library, or the standard library. */
  | { readonly kind: 'outside'; readonly parts: readonly string[] };

type ClassMeaning = Extract<Meaning, { kind: 'class' }>;

export interface Member {
  readonly member: Meaning;
  readonly owner: ClassMeaning;
}

/** How often a name may be handed on by imports before it is given up. */
const HOPS = 6;
/** Files that are read for one task at most. */
const MOST_FILES = 300;

/** Modules that were parsed, for several tasks of one state of the code. */
export type Parsed = Map<string, Promise<ModuleTree | undefined>>;

/** Parsed files that are kept: their trees take more room than their texts. */
const MOST_KEPT = 1000;

export class Trees {
  private readonly modules: Modules;
  private readonly read = new Map<string, Promise<ModuleTree | undefined>>();

  /** @param parsed what other tasks parsed; takes what this one parses */
  constructor(
    private readonly files: SourceFiles,
    private readonly signal: AbortSignal,
    private readonly parsed: Parsed = new Map(),
  ) {
    this.modules = new Modules(files, signal);
  }

  /** Whether the limit of files was reached, so that something was not followed. */
  get isFull(): boolean {
    return this.read.size >= MOST_FILES;
  }

  /** A file, read; undefined where it cannot be, and beyond the limit. @throws Problem `cancelled` */
  module(file: string): Promise<ModuleTree | undefined> {
    const known = this.read.get(file);
    if (known) return known;
    throwIfCancelled(this.signal);
    if (this.isFull) return Promise.resolve(undefined);
    const reading = this.parsed.get(file) ?? this.parse(file);
    this.read.set(file, reading);
    if (this.parsed.size < MOST_KEPT) this.parsed.set(file, reading);
    return reading;
  }

  private parse(file: string): Promise<ModuleTree | undefined> {
    const { parts } = this.modules.moduleOf(file);
    return this.files.read(file).then(
      (text) => (text.length > LARGEST_FILE ? undefined : moduleOf(file, parts, text)),
      () => undefined,
    );
  }

  /** The module with this dotted name. */
  async named(parts: readonly string[]): Promise<ModuleTree | undefined> {
    const [found] = await this.modules.named(parts);
    return found && (await this.module(found.file));
  }

  /** What an import of a module means. */
  async imported(from: ModuleTree, { parts, level }: ImportedName, hops = 0): Promise<Meaning> {
    const full = this.modules.absolute(from.file, { parts, level });
    const exact = level > 0;
    for (let length = full.length; length > 0 && length >= full.length - parts.length; length -= 1) {
      const [found] = await this.modules.named(full.slice(0, length), exact);
      const module = found && (await this.module(found.file));
      if (!module) continue;
      const [name, ...rest] = full.slice(length);
      if (name === undefined) return { kind: 'module', module };
      const meaning = await this.member(module, name, hops + 1);
      if (!meaning) continue;
      return rest.length === 0 ? meaning : await this.inside(meaning, rest, hops + 1);
    }
    return { kind: 'outside', parts };
  }

  /** What a name at the top of a module means; undefined where nothing binds it there. */
  async member(module: ModuleTree, name: string, hops = 0): Promise<Meaning | undefined> {
    if (hops > HOPS) return undefined;
    const bound = module.names.get(name);
    if (bound?.kind === 'import') return await this.imported(module, bound.name, hops + 1);
    if (bound) return { ...bound, module };
    for (const star of module.stars) {
      const meaning = await this.imported(module, { ...star, parts: [...star.parts, name] }, hops + 1);
      if (meaning.kind !== 'outside') return meaning;
    }
    return undefined;
  }

  /** `module.name`, `Class.method`. */
  async inside(meaning: Meaning, rest: readonly string[], hops = 0): Promise<Meaning> {
    const [name = '', ...more] = rest;
    const next =
      meaning.kind === 'module'
        ? ((await this.member(meaning.module, name, hops)) ?? (await this.submodule(meaning.module, name)))
        : meaning.kind === 'class'
          ? memberOfClass(meaning, name)
          : undefined;
    if (!next) return { kind: 'outside', parts: rest };
    return more.length === 0 ? next : await this.inside(next, more, hops);
  }

  private async submodule(module: ModuleTree, name: string): Promise<Meaning | undefined> {
    const [found] = await this.modules.named([...module.parts, name], true);
    const tree = found && (await this.module(found.file));
    return tree && { kind: 'module', module: tree };
  }

  /** What `a.b.c` at the top of a module means; undefined where it cannot be followed. */
  async chain(module: ModuleTree, expression: Expression): Promise<Meaning | undefined> {
    const parts = partsOf(expression);
    if (!parts) return undefined;
    const [first = '', ...rest] = parts;
    const meaning = await this.member(module, first);
    if (!meaning) return { kind: 'outside', parts };
    if (meaning.kind === 'outside') return { kind: 'outside', parts: [...meaning.parts, ...rest] };
    return rest.length === 0 ? meaning : await this.inside(meaning, rest, 0);
  }

  /** A member of a class or of those that it extends, and the class that has it. @param above only those that it extends */
  async memberWithBases(owner: ClassMeaning, name: string, above = false, depth = 0): Promise<Member | undefined> {
    const own = above ? undefined : memberOfClass(owner, name);
    if (own) return { member: own, owner };
    if (depth > HOPS) return undefined;
    for (const base of owner.node.bases) {
      const meaning = await this.chain(owner.module, base);
      const found =
        meaning?.kind === 'class' && meaning.node !== owner.node
          ? await this.memberWithBases(meaning, name, false, depth + 1)
          : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** The modules that were read for this task. */
  async loaded(): Promise<readonly ModuleTree[]> {
    return (await Promise.all(this.read.values())).filter((module) => module !== undefined);
  }

  /** The text of a file; empty where it cannot be read. */
  text(file: string): Promise<string> {
    return this.files.read(file).catch(() => '');
  }

  /** The path of a file for people. */
  path(file: string): string {
    return this.files.path(file);
  }

  /** Files whose path ends so. */
  find(ending: string): Promise<readonly string[]> {
    return this.files.find(ending, this.signal);
  }
}

/** `a.b.c` as its names; undefined for anything else. */
export function partsOf(expression: Expression): readonly string[] | undefined {
  if (expression.kind === 'name') return [expression.name];
  if (expression.kind !== 'attribute') return undefined;
  const before = partsOf(expression.of);
  return before && [...before, expression.name];
}

/** A function or a class inside a class. */
export function memberOfClass(owner: Extract<Meaning, { kind: 'class' }>, name: string): Meaning | undefined {
  const bound = namesOf(owner.node.body).names.get(name);
  return bound && bound.kind !== 'import' ? { ...bound, module: owner.module } : undefined;
}

function moduleOf(file: string, parts: readonly string[], text: string): ModuleTree {
  const statements = parsePython(text);
  return { file, parts, statements, ...namesOf(statements) };
}

/** What the statements of one scope bind; of two bindings of one name the last counts. */
export function namesOf(statements: readonly Statement[]): Pick<ModuleTree, 'names' | 'stars'> {
  const names = new Map<string, Bound>();
  const stars: ImportedName[] = [];
  const visit = (all: readonly Statement[]): void => {
    for (const statement of all) {
      const { kind } = statement;
      if (kind === 'function' || kind === 'class') names.set(statement.name, boundTo(statement));
      else if (kind === 'import') {
        for (const name of statement.names) names.set(name.as, { kind: 'import', name });
        stars.push(...statement.stars);
      } else if (kind === 'assign') {
        for (const target of statement.targets)
          if (target.kind === 'name') names.set(target.name, { kind: 'value', value: statement.value });
      } else if (kind === 'if') {
        for (const { body } of statement.branches) visit(body);
        visit(statement.otherwise);
      } else if (kind === 'try') {
        visit(statement.body);
        visit(statement.otherwise);
      } else if (kind === 'with') visit(statement.body);
    }
  };
  visit(statements);
  return { names, stars };
}

function boundTo(node: FunctionNode | ClassNode): Bound {
  return node.kind === 'function' ? { kind: 'function', node } : { kind: 'class', node };
}
