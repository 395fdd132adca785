/**
 * Python code as a tree, as far as the effects of a task can be read from it. Offsets (`at`) count UTF-16 units from the beginning of the
 * text. What has no meaning here is `other`, with the expressions inside it.
 */

export type Expression =
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string; readonly at: number }
  | { readonly kind: 'item'; readonly of: Expression; readonly index: Expression | null; readonly at: number }
  | Call
  /** `value` is null where it holds replacements: `f"{x}"`. */
  | { readonly kind: 'text'; readonly value: string | null; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  /** True, False and None. */
  | { readonly kind: 'constant'; readonly value: boolean | null; readonly at: number }
  /** `name := value` */
  | { readonly kind: 'walrus'; readonly name: string; readonly value: Expression; readonly at: number }
  | { readonly kind: 'not'; readonly of: Expression; readonly at: number }
  | {
      readonly kind: 'compare';
      /** `==`, `!=`, `<`, `in`, `not in`, `is`, `is not` ... */
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  /** `then if test else otherwise` */
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
      readonly at: number;
    }
  /** Lists, tuples and sets. */
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly at: number }
  /** `key` is null for `**value`. */
  | { readonly kind: 'dict'; readonly entries: readonly DictEntry[]; readonly at: number }
  /** A loop in an expression, or a function that runs later: what is inside may run any number of times. */
  | { readonly kind: 'later'; readonly parts: readonly Expression[]; readonly at: number }
  | { readonly kind: 'other'; readonly parts: readonly Expression[]; readonly at: number };

export interface DictEntry {
  readonly key: Expression | null;
  readonly value: Expression;
}

export interface Keyword {
  readonly name: string;
  readonly value: Expression;
}

export interface Call {
  readonly kind: 'call';
  readonly of: Expression;
  readonly positional: readonly Expression[];
  readonly keywords: readonly Keyword[];
  /** Values of `*x` and `**x`. */
  readonly spread: readonly Expression[];
  readonly at: number;
}

export interface Parameter {
  readonly name: string;
  /** `positional`, also by keyword; `keyword` behind `*`; `*` and `**` take the rest. */
  readonly takes: 'positional' | 'keyword' | '*' | '**';
  readonly default: Expression | undefined;
}

export interface FunctionNode {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly decorators: readonly Expression[];
  readonly body: readonly Statement[];
  readonly at: number;
}

export interface ClassNode {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Expression[];
  readonly keywords: readonly Keyword[];
  readonly decorators: readonly Expression[];
  readonly body: readonly Statement[];
  readonly at: number;
}

/** `from ..a.b import c as d`: level 2, parts a b c, as d. `import a.b` binds a to `a`. */
export interface ImportedName {
  readonly as: string;
  readonly parts: readonly string[];
  readonly level: number;
}

export type Statement =
  | { readonly kind: 'expression'; readonly value: Expression; readonly at: number }
  | {
      readonly kind: 'assign';
      readonly targets: readonly Expression[];
      readonly value: Expression;
      readonly at: number;
    }
  /** `target += value` */
  | { readonly kind: 'update'; readonly target: Expression; readonly value: Expression; readonly at: number }
  | { readonly kind: 'return'; readonly value: Expression | undefined; readonly at: number }
  | { readonly kind: 'raise'; readonly value: Expression | undefined; readonly at: number }
  | {
      readonly kind: 'if';
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Statement[];
      readonly at: number;
    }
  | {
      readonly kind: 'loop';
      /** Names that a `for` binds; none for `while`. */
      readonly targets: readonly Expression[];
      /** What a `for` goes through, or the test of a `while`. */
      readonly over: Expression;
      readonly isFor: boolean;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly at: number;
    }
  | {
      readonly kind: 'try';
      readonly body: readonly Statement[];
      readonly handlers: readonly Handler[];
      readonly otherwise: readonly Statement[];
      readonly last: readonly Statement[];
      readonly at: number;
    }
  | {
      readonly kind: 'with';
      readonly items: readonly WithItem[];
      readonly body: readonly Statement[];
      readonly at: number;
    }
  | {
      readonly kind: 'match';
      readonly of: Expression;
      readonly cases: readonly (readonly Statement[])[];
      readonly at: number;
    }
  | FunctionNode
  | ClassNode
  | {
      readonly kind: 'import';
      readonly names: readonly ImportedName[];
      readonly stars: readonly ImportedName[];
      readonly at: number;
    }
  | { readonly kind: 'break' | 'continue' | 'pass'; readonly at: number }
  | { readonly kind: 'other'; readonly parts: readonly Expression[]; readonly at: number };

export interface Branch {
  readonly test: Expression;
  readonly body: readonly Statement[];
}

export interface Handler {
  /** Empty: catches everything. */
  readonly types: readonly Expression[];
  readonly body: readonly Statement[];
}

export interface WithItem {
  readonly value: Expression;
  readonly as: Expression | undefined;
}
