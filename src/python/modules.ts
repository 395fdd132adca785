import { throwIfCancelled } from '../base/problem';
import type { SourceFiles } from './model';
import { identifier, pathForms } from './identifiers';
import { readPython, type PythonFile } from './pythonFile';
import type { Resolved } from './names';

/** A name at the top of a module: `a.b.tasks` and `add`. */
export interface Symbol {
  readonly module: readonly string[];
  readonly name: string;
}

/** An import as a file writes it. */
interface Imported {
  readonly parts: readonly string[];
  readonly level: number;
}

/** A file as a module: the parts of its path, `__init__` being its folder. Only the end of them is the module's name. */
export interface ModuleFile {
  readonly file: string;
  readonly parts: readonly string[];
}

/** How often a name may be handed on by `from .x import y` before it is given up. */
const HOPS = 4;
/** Rows may say anything; only what can be a module is looked for. */
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_\u00b7]*$/u;
const KEPT_FILES = 200;

/** Finds modules among the files, and reads each once in a search. Kept for one search only, so nothing in it grows old. */
export class Modules {
  private readonly read = new Map<string, Promise<PythonFile | undefined>>();
  private readonly looked = new Map<string, Promise<readonly ModuleFile[]>>();

  constructor(
    private readonly files: SourceFiles,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * The files that may be a module, only those with the least before its path: a copy under `build/lib/` does not count beside `a/b.py`.
   * @param parts the module's name
   * @param path `parts` is a path, whose upper folders may have any name
   */
  named(parts: readonly string[], path = false): Promise<readonly ModuleFile[]> {
    if (!path && !parts.every((part) => NAME.test(part))) return Promise.resolve([]);
    const key = parts.join('/');
    const known = this.looked.get(key);
    if (known !== undefined) return known;
    const looking = this.look(parts);
    this.looked.set(key, looking);
    return looking;
  }

  /** A file, read; `undefined` where it cannot be. */
  file(file: string): Promise<PythonFile | undefined> {
    const known = this.read.get(file);
    if (known !== undefined) return known;
    throwIfCancelled(this.signal);
    const reading = this.files.read(file).then(
      (text) => readPython(text, file),
      () => undefined,
    );
    if (this.read.size < KEPT_FILES) this.read.set(file, reading);
    return reading;
  }

  /** A file as a module. */
  moduleOf(file: string): ModuleFile {
    return { file, parts: moduleParts(this.files.path(file)) };
  }

  /** What an import names, as parts: a relative one gets the path of its folder before it. */
  absolute(file: string, { parts, level }: Imported): readonly string[] {
    if (level === 0) return parts;
    const folder = identifier(this.files.path(file)).split('/').slice(0, -1);
    return [...folder.slice(0, Math.max(0, folder.length - (level - 1))), ...parts];
  }

  /** Whether what a chain stands for is a symbol: followed through what packages hand on. */
  async means(py: PythonFile, resolved: Resolved, chain: readonly string[], symbol: Symbol): Promise<Answer> {
    const last = chain.at(-1);
    const { parts } = this.moduleOf(py.file);
    const here = await this.isFileOf(parts, symbol);
    // At the top of its own module it goes by its name, whatever it was made of.
    if (here && chain.length === 1 && last === symbol.name && isTopName(py, last, resolved)) return 'yes';
    if (resolved.kind === 'own') return 'no';
    if (resolved.kind === 'import') return this.leads(py.file, resolved, symbol, 0);
    if (last !== symbol.name) return 'no';
    if (resolved.kind === 'other') return chain.length > 1 ? 'unclear' : 'no';
    return chain.length === 1 ? this.throughStars(py, symbol, 0) : 'unclear';
  }

  /** Whether an import, perhaps handed on by other modules, ends at a symbol. */
  private async leads(file: string, imported: Imported, symbol: Symbol, hops: number): Promise<Answer> {
    const full = this.absolute(file, imported);
    const name = full.at(-1);
    const module = full.slice(0, -1);
    const isIts = imported.level > 0 ? await this.isFileOf(module, symbol) : same(module, symbol.module);
    if (name === symbol.name && isIts) return 'yes';
    if (hops >= HOPS || name === undefined || module.length === 0) return 'no';
    const found = await this.all(module, imported.level > 0);
    if (found.length === 0)
      return name === symbol.name && imported.level === 0 && endsAlike(module, symbol) ? 'unclear' : 'no';
    for (const py of found) {
      const answer = await this.handsOn(py, name, symbol, hops);
      // Where several files have this path, it is unknown which one is meant.
      if (answer !== 'no') return found.length > 1 ? 'unclear' : answer;
    }
    return 'no';
  }

  /** Whether a name at the top of a module is a symbol, or comes from it. */
  private async handsOn(py: PythonFile, name: string, symbol: Symbol, hops: number): Promise<Answer> {
    const binding = py.bindings.get(-1)?.get(name);
    if (binding?.kind === 'import') return this.leads(py.file, binding, symbol, hops + 1);
    if (binding !== undefined || py.members.get(-1)?.has(name) === true)
      return name === symbol.name && (await this.isFileOf(this.moduleOf(py.file).parts, symbol)) ? 'yes' : 'no';
    return name === symbol.name ? this.throughStars(py, symbol, hops + 1) : 'no';
  }

  /** Whether a path is that of a symbol's module: its own file, not one in another folder that only ends alike. */
  private async isFileOf(path: readonly string[], { module }: Symbol): Promise<boolean> {
    return endsWith(path, module) && (await this.named(module)).some(({ parts }) => same(parts, path));
  }

  private async throughStars(py: PythonFile, symbol: Symbol, hops: number): Promise<Answer> {
    if (hops >= HOPS) return 'no';
    for (const { parts, level } of py.stars) {
      const answer = await this.leads(py.file, { parts: [...parts, symbol.name], level }, symbol, hops + 1);
      if (answer !== 'no') return answer;
    }
    return 'no';
  }

  /**
   * Where a name of a module comes from when other modules hand it on, and what is left of its parts there.
   * @param parts `add`, or `Class.method`
   */
  async origin(py: PythonFile, parts: readonly string[]): Promise<Origin | undefined> {
    const [name, ...rest] = parts;
    const binding = name === undefined ? undefined : py.bindings.get(-1)?.get(name);
    if (binding?.kind === 'import') return this.source(py.file, { ...binding, parts: [...binding.parts, ...rest] });
    for (const star of py.stars) {
      const found = await this.source(py.file, { ...star, parts: [...star.parts, ...parts] });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The module of the workspace that holds what an import names: the longest part of it that is one. */
  async source(file: string, imported: Imported, hops = 0): Promise<Origin | undefined> {
    const full = this.absolute(file, imported);
    const shortest = full.length - imported.parts.length;
    for (let length = full.length - 1; length > 0 && length >= shortest && hops < HOPS; length -= 1) {
      const [py] = await this.all(full.slice(0, length), imported.level > 0);
      const [name, ...rest] = full.slice(length);
      if (py === undefined || name === undefined) continue;
      if (py.members.get(-1)?.has(name) === true) return { py, rest: [name, ...rest] };
      const binding = py.bindings.get(-1)?.get(name);
      if (binding?.kind === 'import')
        return this.source(py.file, { ...binding, parts: [...binding.parts, ...rest] }, hops + 1);
      for (const star of py.stars) {
        const found = await this.source(py.file, { ...star, parts: [...star.parts, name, ...rest] }, hops + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    return undefined;
  }

  /** The files of a module, read. @param exact `module` is a whole path */
  private async all(module: readonly string[], exact: boolean): Promise<readonly PythonFile[]> {
    const named = await this.named(module, exact);
    const meant = exact ? named.filter(({ parts }) => same(parts, module)) : named;
    const read = await Promise.all(meant.map(({ file }) => this.file(file)));
    return read.filter((py) => py !== undefined);
  }

  private async look(parts: readonly string[]): Promise<readonly ModuleFile[]> {
    throwIfCancelled(this.signal);
    // A path may begin with the workspace folder's name, which no file has inside it: its last parts find it as well.
    const last = parts.slice(-3);
    const ending = last.slice(last.findLastIndex((part) => !NAME.test(part)) + 1).join('/');
    if (ending === '') return [];
    const ends = pathForms(ending).flatMap((form) => [`${form}.py`, `${form}/__init__.py`]);
    const lists = await Promise.all(ends.map((end) => this.files.find(end, this.signal)));
    throwIfCancelled(this.signal);
    const wanted = parts.map(identifier);
    const found = [...new Set(lists.flat())]
      .map((file) => this.moduleOf(file))
      .filter((module) => endsWith(module.parts, wanted));
    const least = Math.min(...found.map((module) => module.parts.length));
    return found.filter((module) => module.parts.length === least);
  }
}

/** A module and what of it is meant: `add`, or `Class.method`. */
export interface Origin {
  readonly py: PythonFile;
  readonly rest: readonly string[];
}

export type Answer = 'yes' | 'no' | 'unclear';

/** `src/a/b.py` and `src/a/b/__init__.py` are both src, a, b. */
function moduleParts(path: string): readonly string[] {
  const parts = identifier(path)
    .replace(/\.pyi?$/, '')
    .split('/');
  return parts.at(-1) === '__init__' ? parts.slice(0, -1) : parts;
}

export function endsWith(parts: readonly string[], ending: readonly string[]): boolean {
  return ending.length <= parts.length && same(parts.slice(parts.length - ending.length), ending);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

/** `b.tasks` may be `a.b.tasks` of a project that is started in `a`. */
function endsAlike(module: readonly string[], symbol: Symbol): boolean {
  return endsWith(symbol.module, module) || endsWith(module, symbol.module);
}

function isTopName(py: PythonFile, name: string, resolved: Resolved): boolean {
  if (resolved.kind === 'own')
    return py.members.get(-1)?.get(name) === resolved.definition && resolved.rest.length === 0;
  return py.bindings.get(-1)?.get(name)?.kind === 'value';
}
